import { Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { recover, recovery } from "../../src/documents/draft-recovery";
import type { Draft } from "../../src/documents/draft-store";
import { DraftKeeper, type DraftStore } from "../../src/documents/drafts";
import { TextDocument } from "../../src/documents/text-document";

const draft: Draft = {
  root: "/work",
  path: "a.py",
  page: "one",
  base: "a\nb\nc\n",
  text: "A\nb\nc\n",
  version: "v1",
  at: 0,
};

describe("recovery", () => {
  it("puts the text upon a file that is as it was", () => {
    const found = recovery(draft, { content: "a\nb\nc\n", version: "v1" });
    expect(found).toMatchObject({ kind: "upon", text: "A\nb\nc\n", version: "v1" });
  });

  it("has nothing to do when the file has the text by now, whatever its line breaks", () => {
    expect(recovery(draft, { content: "A\r\nb\r\nc\r\n", version: "v2" })).toEqual({ kind: "obsolete" });
  });

  it("merges the text with what changed on disk since", () => {
    const found = recovery(draft, { content: "a\nb\nC\n", version: "v2" });
    expect(found).toEqual({ kind: "merged", text: "A\nb\nC\n", base: "a\nb\nC\n", version: "v2" });
  });

  it("knows what was saved from it, though the page went before the answer came", () => {
    const sent = ["A\nb\n"];
    const disk = { content: "A\r\nb\r\n", version: "v2" };
    const found = recovery({ ...draft, text: "A\nB\n", base: "a\nb\n", sent }, disk);
    expect(found).toEqual({ kind: "upon", text: "A\nB\n", base: disk.content, version: "v2" });
  });

  it("keeps the text and its own base where both changed the same lines", () => {
    const found = recovery(draft, { content: "X\nb\nc\n", version: "v2" });
    expect(found).toEqual({ kind: "apart", text: draft.text, base: draft.base, version: "v1" });
  });

  it("says when the file is gone, and not when there never was one", () => {
    expect(recovery(draft, null).kind).toBe("gone");
    expect(recovery({ ...draft, version: null, base: "" }, null).kind).toBe("upon");
  });

  it("makes a file that is saved again over what is gone", () => {
    const file = new TextDocument("a.py", null);
    const found = recovery(draft, null);
    if (found.kind !== "obsolete") recover(file, found);
    expect(file.unsaved.value).toBe(true);
    expect(file.version).toBeNull();
    expect(file.text.value.toString()).toBe(draft.text);
  });
});

/** A store that is done with one request when it is told to. */
class SlowStore implements DraftStore {
  readonly page = "own";
  readonly log: string[] = [];
  private readonly waiting: (() => void)[] = [];

  async put({ path, text }: Draft): Promise<void> {
    this.log.push(`put ${path} ${text}`);
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  async remove({ path }: Pick<Draft, "path">): Promise<void> {
    this.log.push(`remove ${path}`);
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  async finish(keeper: DraftKeeper): Promise<void> {
    let over = false;
    const done = keeper.done().then(() => {
      over = true;
    });
    while (!over) {
      for (const resolve of this.waiting.splice(0)) resolve();
      await Promise.resolve();
    }
    await done;
  }
}

function open() {
  const file = new TextDocument("a.py", { content: "1", version: "v0" });
  const store = new SlowStore();
  const errors: unknown[] = [];
  const keeper = new DraftKeeper(file, "/work", store, (error) => errors.push(error));
  const type = (text: string) => {
    file.text.value = Text.of([text]);
  };
  return { file, store, keeper, errors, type };
}

describe("DraftKeeper", () => {
  it("keeps nothing of a file that has no unsaved text", async () => {
    const { store, keeper } = open();
    await store.finish(keeper);
    expect(store.log).toEqual([]);
  });

  it("keeps the newest text once what is under way is done", async () => {
    const { store, keeper, type } = open();
    await store.finish(keeper);
    for (const text of ["12", "123", "1234"]) type(text);
    await store.finish(keeper);
    expect(store.log).toEqual(["put a.py 12", "put a.py 1234"]);
  });

  it("does not wait when the page goes", async () => {
    const { store, keeper, type } = open();
    await store.finish(keeper);
    type("12");
    type("123");
    keeper.hurry();
    expect(store.log).toEqual(["put a.py 12", "put a.py 123"]);
    await store.finish(keeper);
  });

  it("forgets the text once it is saved", async () => {
    const { file, store, keeper, type } = open();
    type("12");
    await store.finish(keeper);
    file.saved.value = file.text.value;
    await store.finish(keeper);
    expect(store.log).toEqual(["put a.py 12", "remove a.py"]);
  });

  it("goes along when the file is renamed, and has the text at one place at least at any time", async () => {
    const { file, store, keeper, type } = open();
    type("12");
    await store.finish(keeper);
    file.path.value = "b.py";
    await store.finish(keeper);
    expect(store.log).toEqual(["put a.py 12", "put b.py 12", "remove a.py"]);
  });

  it("says once that the browser keeps nothing", async () => {
    const { store, keeper, errors, type } = open();
    store.put = () => Promise.reject(new Error("full"));
    type("12");
    await keeper.done();
    type("123");
    await keeper.done();
    expect(errors).toHaveLength(1);
    expect(keeper.safe.value).toBe(false);
  });
});
