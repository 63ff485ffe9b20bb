import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { signal } from "@preact/signals";
import { beforeAll, expect, test, vi } from "vitest";
import { Refused, Unreachable } from "../../src/backend/execution-backend";
import type { FileContent, FileEvent } from "../../src/backend/types";
import type { Draft, Drafts } from "../../src/documents/draft-store";
import { OpenDocument } from "../../src/documents/open-document";
import { type FileStore, TextDocument } from "../../src/documents/text-document";
import { recoverDraft } from "../../src/documents/unsaved-text";
import { Notices } from "../../src/ui/notices";

/** A generator of the same numbers for the same *seed* (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Once all that waits for nothing else is done. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A file on a disk, behind a network: what is asked is done, and answered, when the test says so. */
class World {
  file: FileContent | null = {
    content: Array.from({ length: 12 }, (_, line) => `line ${line}`).join("\n"),
    version: "v0",
  };
  readonly drafts = new Map<string, Draft>();
  /** What is under way; each is one step of one request. */
  readonly waiting: (() => void)[] = [];
  readonly events: FileEvent[] = [];
  /** The page that there is; those before it are gone. */
  shown = "";
  /** Whether the next answer does not arrive, though what was asked is done. */
  losesNext = false;
  #versions = 0;

  write(content: string): FileContent {
    this.#versions += 1;
    this.file = { content, version: `v${this.#versions}` };
    this.events.push({ type: "file", path: "a.py", version: this.file.version } as FileEvent);
    return this.file;
  }

  storeOf(page: string): FileStore {
    return {
      readFile: () =>
        this.#asked(page, () => {
          if (!this.file) throw new Refused(404, "It is not there.");
          return this.file;
        }),
      writeFile: (_path, content, version) =>
        this.#asked(page, () => {
          if ((this.file?.version ?? null) !== version) throw new Refused(409, "It has changed.");
          return { version: this.write(content).version };
        }),
    };
  }

  #asked<Answer>(page: string, act: () => Answer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (page !== this.shown) return;
      this.waiting.push(() => {
        let answer = () => reject(new Unreachable("The answer was lost."));
        try {
          const made = act();
          if (!this.losesNext) answer = () => resolve(made);
        } catch (error) {
          answer = () => reject(error);
        }
        this.losesNext = false;
        this.waiting.push(answer);
      });
    });
  }

  /** What the browser keeps: begun in order, told late. */
  draftsOf(page: string): Drafts {
    const later = () => new Promise<void>((resolve) => this.waiting.push(resolve));
    const key = (one: Pick<Draft, "path" | "page">) => `${one.path} ${one.page}`;
    return {
      page,
      put: (draft: Draft) => {
        if (page === this.shown) this.drafts.set(key(draft), draft);
        return later();
      },
      remove: (draft: Draft) => {
        if (page === this.shown) this.drafts.delete(key(draft));
        return later();
      },
      leftBehind: async () =>
        [...this.drafts.values()].filter((one) => one.page !== page).sort((a, b) => b.at - a.at),
    } as unknown as Drafts;
  }
}

/** A page with the file open in it. */
class OpenedPage {
  readonly notices = new Notices();
  readonly file: TextDocument;
  readonly document: OpenDocument;
  editor!: EditorView;
  readonly reported: string[] = [];

  private constructor(file: TextDocument, world: World, drafts: Drafts) {
    this.file = file;
    const { notices } = this;
    const store = world.storeOf(world.shown);
    this.document = new OpenDocument(file, {
      root: "/work",
      drafts,
      notices,
      settings: signal({ autosave: false }),
      store: () => store,
      editor: () => this.editor,
      askForName: () => Promise.resolve(null),
      saved: () => undefined,
      report: (_, error) => this.reported.push(String(error)),
      changedOutside: () => undefined,
    });
    const told = EditorView.updateListener.of((update) => {
      if (update.transactions.length > 0) this.document.edited(update.view);
    });
    this.editor = new EditorView({
      state: EditorState.create({ doc: file.text.peek(), extensions: [told] }),
    });
  }

  static async open(world: World, name: string): Promise<OpenedPage> {
    const file = new TextDocument("a.py", world.file);
    world.shown = name;
    const drafts = world.draftsOf(name);
    const recovering = recoverDraft(file, { root: "/work", drafts, notices: new Notices() });
    const recovered = await finished(recovering, world);
    const page = new OpenedPage(file, world, drafts);
    if (recovered) page.document.tellRecovered(recovered);
    return page;
  }

  get text(): string {
    return this.editor.state.doc.toString();
  }

  /** Whether the person is asked which version is to stay. */
  get asks(): boolean {
    return this.notices.all.peek().some(({ text }) => text.includes("that you changed as well"));
  }
}

/** What *waited* comes to, while everything that is under way goes on. */
async function finished<Result>(waited: Promise<Result>, world: World): Promise<Result> {
  let isDone = false;
  const end = () => {
    isDone = true;
  };
  waited.then(end, end);
  while (!isDone) {
    await turn();
    world.waiting.shift()?.();
  }
  return waited;
}

/** Let all that is under way come to its end. */
async function settle(world: World, page: OpenedPage): Promise<void> {
  await vi.dynamicImportSettled();
  for (let quiet = 0; quiet < 3; quiet += 1) {
    await turn();
    if (world.waiting.length > 0 || world.events.length > 0) quiet = 0;
    world.waiting.shift()?.();
    const event = world.events.shift();
    if (event) page.document.fileChanged(event);
  }
}

/** Take those of *words* away that *are* so. */
function forget(words: string[], are: (word: string) => boolean): void {
  words.splice(0, words.length, ...words.filter((word) => !are(word)));
}

interface Story {
  readonly typed: string[];
  readonly written: string[];
  readonly page: OpenedPage;
  readonly world: World;
}

/** What happens with one *seed*; *others* write as well where that is said. */
async function happen(seed: number, steps: number, others: boolean): Promise<Story> {
  const random = numbers(seed);
  const world = new World();
  const [typed, written]: [string[], string[]] = [[], []];
  let step = 0;
  let page = await OpenedPage.open(world, "page 0");
  const type = () => {
    const { doc } = page.editor.state;
    const word = `<typed ${step}>${random(3) === 0 ? "\n" : ""}`;
    typed.push(word.trim());
    const line = doc.line(1 + random(doc.lines));
    page.editor.dispatch({ changes: { from: random(2) ? line.to : line.from, insert: word } });
  };
  const writeElsewhere = () => {
    if (!others) return;
    const lines = world.file?.content.split("\n") ?? [];
    const word = `<written ${step}>`;
    written.push(word);
    const at = random(lines.length);
    if (random(2)) lines[at] += word;
    else lines.splice(at, 0, word);
    world.write(lines.join("\n"));
  };
  const goOn = () => world.waiting.splice(random(world.waiting.length || 1), 1)[0]?.();
  const tell = () => {
    const [event] = world.events.splice(random(world.events.length || 1), 1);
    if (event) page.document.fileChanged(event);
  };
  const save = () => page.document.save();
  const lose = () => {
    world.losesNext = true;
  };
  const look = () => page.document.look();
  const reload = async () => {
    // A page that crashes has no last words, and loses what was typed while those before were being kept.
    if (!others || random(2)) window.dispatchEvent(new Event("pagehide"));
    const kept = [...[...world.drafts.values()].map(({ text }) => text), world.file?.content ?? ""];
    forget(typed, (word) => !kept.some((text) => text.includes(word)));
    page.editor.destroy();
    // Nobody hears the answers, and what did not leave is not done.
    for (const one of world.waiting.splice(0)) if (random(2)) one();
    world.waiting.length = 0;
    page = await OpenedPage.open(world, `page ${step + 1}`);
  };
  const actions = [type, type, type, save, save, writeElsewhere, goOn, goOn, goOn, goOn, tell, look, lose];
  for (; step < steps; step += 1) {
    const action = random(12) === 0 ? reload : actions[random(actions.length)];
    await action?.();
    if (random(3) > 0) await turn();
  }
  world.losesNext = false;
  await settle(world, page);
  page.document.look();
  await settle(world, page);
  return { typed, written, page, world };
}

const SEEDS = Array.from({ length: 15 }, (_, index) => index + 1);

// What is loaded late comes within one turn then.
beforeAll(() => import("../../src/documents/external-changes"));
beforeAll(() => import("../../src/documents/draft-recovery"));

test("whatever is typed is in the text, whenever saves, their answers, others and reloads come", async () => {
  for (const seed of SEEDS) {
    const { typed, written, page, world } = await happen(seed, 60, true);
    // Where there is to choose, as after a crash, what was saved is on the one side, and the newest draft on the other.
    const there = page.asks ? `${page.text}\n${world.file?.content}` : page.text;
    const lost = typed.filter((word) => !there.includes(word));
    expect(lost, `seed ${seed}: ${page.text}`).toEqual([]);
    const gone = written.filter((word) => !world.file?.content.includes(word));
    expect(gone, `seed ${seed}: ${world.file?.content}`).toEqual([]);
    // Where nobody has to choose, the text has what others wrote as well.
    const unseen = page.asks ? [] : written.filter((word) => !page.text.includes(word));
    expect(unseen, `seed ${seed}: ${page.text}`).toEqual([]);
    expect(page.reported.filter((one) => !one.includes("lost"))).toEqual([]);
    page.editor.destroy();
  }
});

test("nobody has to choose between versions that are all their own, and none is put in twice", async () => {
  for (const seed of SEEDS) {
    const { page, typed, world } = await happen(seed, 60, false);
    expect(page.asks, `seed ${seed}: ${page.text}\n--\n${world.file?.content}`).toBe(false);
    expect(
      typed.filter((word) => page.text.split(word).length !== 2),
      `seed ${seed}: ${page.text}`,
    ).toEqual([]);
    page.document.save();
    await settle(world, page);
    expect(typed.filter((word) => !world.file?.content.includes(word))).toEqual([]);
    page.editor.destroy();
  }
});
