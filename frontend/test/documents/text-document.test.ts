import { Text } from "@codemirror/state";
import { beforeEach, describe, expect, test } from "vitest";
import { Refused, type SessionBackend, Unreachable } from "../../src/backend/execution-backend";
import { readIfThere } from "../../src/backend/open-session";
import type { FileContent } from "../../src/backend/types";
import { Conflict, TextDocument } from "../../src/documents/text-document";

/** A disk with versions, as the server keeps it. */
const disk = new Map<string, FileContent>();
let writes = 0;

const backend = {
  async readFile(path: string) {
    const file = disk.get(path);
    if (!file) throw new Refused(404, `${path} does not exist.`);
    return file;
  },
  async writeFile(path: string, content: string, version: string | null) {
    if ((disk.get(path)?.version ?? null) !== version) throw new Refused(409, `${path} changed on disk.`);
    writes += 1;
    const saved = { content, version: `v${writes}` };
    disk.set(path, saved);
    return { version: saved.version };
  },
} as unknown as SessionBackend;

beforeEach(() => {
  disk.clear();
  writes = 0;
});

function type(file: TextDocument, ...lines: string[]): void {
  file.text.value = Text.of(lines);
}

async function open(content: string): Promise<TextDocument> {
  disk.set("a.py", { content, version: "v0" });
  return new TextDocument("a.py", await readIfThere(backend, "a.py"));
}

test("a file is unsaved exactly while its text differs from what was saved", async () => {
  const file = await open("x = 1\n");
  expect(file.unsaved.value).toBe(false);
  type(file, "x = 2", "");
  expect(file.unsaved.value).toBe(true);
  type(file, "x = 1", "");
  expect(file.unsaved.value).toBe(false);
  type(file, "x = 3", "");
  await file.save(backend);
  expect(file.unsaved.value).toBe(false);
  expect(disk.get("a.py")?.content).toBe("x = 3\n");
});

test("what is typed while a save is under way is not taken for saved", async () => {
  const file = await open("1");
  type(file, "2");
  const saving = file.save(backend);
  type(file, "3");
  await saving;
  expect(disk.get("a.py")?.content).toBe("2");
  expect(file.unsaved.value).toBe(true);
});

test("saves that were asked for while one is under way follow each other", async () => {
  const file = await open("1");
  const saves = ["2", "3", "4"].map((text) => {
    type(file, text);
    return file.save(backend);
  });
  await expect(Promise.all(saves)).resolves.toHaveLength(3);
  expect(disk.get("a.py")?.content).toBe("4");
});

test("a file that gets another name while it is saved keeps that name", async () => {
  const file = await open("1");
  type(file, "2");
  const saving = file.save(backend);
  file.path.value = "b.py";
  await saving;
  expect(file.path.value).toBe("b.py");
});

test("what was saved although no answer came is known again", async () => {
  const file = await open("1");
  type(file, "2");
  const mute = {
    writeFile: async (...saved: Parameters<SessionBackend["writeFile"]>) => {
      await backend.writeFile(...saved);
      throw new Unreachable("There is no connection.");
    },
  } as unknown as SessionBackend;
  await expect(file.save(mute)).rejects.toThrow(Unreachable);
  type(file, "2", "3");
  expect(file.isOwn(Text.of(["2"]))).toBe(true);
  expect(file.isOwn(Text.of(["2", "3"]))).toBe(false);
});

test("line breaks are kept as the file has them", async () => {
  const file = await open("x = 1\r\ny = 2\r\n");
  expect(file.text.value.lines).toBe(3);
  type(file, "x = 1", "y = 3", "");
  await file.save(backend);
  expect(disk.get("a.py")?.content).toBe("x = 1\r\ny = 3\r\n");
});

test("each line keeps its own break where a file has both kinds", async () => {
  const file = await open("a\r\nb\nc\r\nd\ne\nf");
  type(file, "new", "a", "b", "changed", "d", "e", "f");
  await file.save(backend);
  expect(disk.get("a.py")?.content).toBe("new\na\r\nb\nchanged\nd\ne\nf");
  type(file, "new", "a", "d", "e", "f", "");
  await file.save(backend);
  expect(disk.get("a.py")?.content).toBe("new\na\r\nd\ne\nf\n");
});

describe("a file that was changed by somebody else", () => {
  test("is not overwritten; what they wrote comes with the refusal", async () => {
    const file = await open("1");
    disk.set("a.py", { content: "theirs", version: "other" });
    type(file, "mine");
    const saving = file.save(backend);
    await expect(saving).rejects.toThrow(Conflict);
    await expect(saving).rejects.toMatchObject({ path: "a.py", theirs: { content: "theirs" } });
    expect(disk.get("a.py")?.content).toBe("theirs");
    expect(file.unsaved.value).toBe(true);
  });

  test("is overwritten once the person has seen it and says so", async () => {
    const file = await open("1");
    disk.set("a.py", { content: "theirs", version: "other" });
    type(file, "mine");
    await file.save(backend).catch((conflict: Conflict) => file.accept(conflict.theirs));
    await file.save(backend);
    expect(disk.get("a.py")?.content).toBe("mine");
  });

  test("may have been deleted, and can be written again", async () => {
    const file = await open("1");
    disk.delete("a.py");
    type(file, "mine");
    await expect(file.save(backend)).rejects.toMatchObject({ theirs: null });
    file.accept(null);
    await file.save(backend);
    expect(disk.get("a.py")?.content).toBe("mine");
  });
});

describe("a buffer without a file", () => {
  test("gets its name when it is saved, and keeps it", async () => {
    const file = new TextDocument(null, null);
    type(file, "x");
    await file.save(backend, "new.py");
    expect(file.path.value).toBe("new.py");
    type(file, "y");
    await file.save(backend);
    expect(disk.get("new.py")?.content).toBe("y");
  });

  test("does not take the name of a file that is there", async () => {
    disk.set("new.py", { content: "precious", version: "v9" });
    const file = new TextDocument(null, null);
    await expect(file.save(backend, "new.py")).rejects.toThrow(Conflict);
    expect(disk.get("new.py")?.content).toBe("precious");
    expect(file.path.value).toBeNull();
  });

  test("may begin with a text that is not on disk", () => {
    const file = new TextDocument(null, null);
    file.restore("x = 1\n");
    expect(file.unsaved.value).toBe(true);
  });
});

test("a file that cannot be read is told from one that is not there", async () => {
  const broken = {
    readFile: () => Promise.reject(new Refused(415, "It is not text.")),
  } as unknown as SessionBackend;
  expect(await readIfThere(backend, "none.py")).toBeNull();
  await expect(readIfThere(broken, "image.png")).rejects.toThrow("It is not text.");
});
