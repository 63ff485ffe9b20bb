import { effect, type Signal, signal } from "@preact/signals";
import type { FileAnswer } from "../backend/types";
import { type ScriptFile, textOf } from "../session/file";
import { merge3 } from "./merge3";

/** Unsaved text, kept by the browser until it is saved. */
export interface Draft {
  /** The workspace and the path in it; empty for text that has no name yet. */
  readonly root: string;
  readonly path: string;
  /** Which page keeps it: two pages may have the same file open. */
  readonly page: string;
  readonly text: string;
  /** What was saved when it was typed, and the version of that. */
  readonly base: string;
  readonly version: string | null;
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** How a draft goes together with what is on disk now. */
export type Recovery =
  | { readonly kind: "obsolete" }
  | {
      /** `upon`: the file is as it was; `merged`: with what changed on disk since; `apart`: both changed the same lines. */
      readonly kind: "upon" | "merged" | "apart" | "gone";
      readonly text: string;
      readonly base: string;
      readonly version: string | null;
    };

/** What becomes of *draft* when *disk* is what the file holds now; null when there is none. */
export function recovery(draft: Draft, disk: FileAnswer | null): Recovery {
  const { text, base, version } = draft;
  if (!disk) return { kind: version === null ? "upon" : "gone", text, base, version };
  if (textOf(text).eq(textOf(disk.content))) return { kind: "obsolete" };
  if (disk.version === version) return { kind: "upon", text, base, version };
  const [before, mine, theirs] = [base, text, disk.content].map((one) => [...textOf(one).iterLines()]);
  const { lines, overlaps } = merge3(before ?? [], mine ?? [], theirs ?? []);
  if (overlaps.length > 0) return { kind: "apart", text, base, version };
  return { kind: "merged", text: lines.join("\n"), base: disk.content, version: disk.version };
}

/** Put a recovered text into *file*, which was read from disk a moment ago. */
export function recover(file: ScriptFile, found: Exclude<Recovery, { kind: "obsolete" }>): void {
  file.recover(found.text, found.base, found.version);
  if (found.kind === "gone") file.accept(null);
}

/** What was recovered, in words. */
export function recoveredWords(kind: Exclude<Recovery["kind"], "obsolete">, at: Date): string {
  const time = at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  const text = `Unsaved text from ${time} is here again`;
  if (kind === "upon") return `${text}.`;
  if (kind === "merged") return `${text}, together with what changed on disk since.`;
  return kind === "gone"
    ? `${text}; its file was deleted or moved.`
    : `${text}; the file changed on disk since.`;
}

const STORE = "drafts";

/** The drafts of all pages of this origin, in IndexedDB, which has room and survives a crash. */
export class Drafts {
  readonly page = randomName();
  private opened: Promise<IDBDatabase> | null = null;

  /** The page that was in this tab before, if this is its reload. */
  private readonly before: string | null;

  constructor(
    private readonly factory: IDBFactory,
    private readonly locks: LockManager | undefined,
    tab: Storage,
  ) {
    this.before = tab.getItem(PAGE);
    tab.setItem(PAGE, this.page);
    // Held until the page is gone, however it goes: so others know which drafts were left behind.
    void locks?.request(lockOf(this.page), () => new Promise(() => undefined));
  }

  /** Keep *draft*; resolves when it is kept. */
  async put(draft: Draft): Promise<void> {
    await this.change((store) => store.put(draft));
  }

  async remove({ root, path, page }: Pick<Draft, "root" | "path" | "page">): Promise<void> {
    await this.change((store) => store.delete([root, path, page]));
  }

  /** The drafts of one file that pages left behind, the newest first. */
  async leftBehind(root: string, path: string): Promise<Draft[]> {
    const database = await this.open();
    const range = IDBKeyRange.bound([root, path], [root, path, []]);
    const all: Draft[] = await settled(database.transaction(STORE).objectStore(STORE).getAll(range));
    const gone = await Promise.all(all.map(({ page }) => this.isGone(page)));
    return all.filter((_, index) => gone[index]).sort((a, b) => b.at - a.at);
  }

  /** Whether a page is no longer there. Where the browser has no locks nobody can tell, and its text is better shown twice. */
  private async isGone(page: string): Promise<boolean> {
    if (page === this.page) return false;
    if (!this.locks) return true;
    try {
      // A page that reloads gives its lock back a moment after its successor begins.
      const patience = AbortSignal.timeout(page === this.before ? RELOAD_PATIENCE : LOCK_PATIENCE);
      return await this.locks.request(lockOf(page), { signal: patience }, () => true);
    } catch (error) {
      if (error instanceof DOMException && (error.name === "TimeoutError" || error.name === "AbortError"))
        return false;
      throw error;
    }
  }

  private async change(request: (store: IDBObjectStore) => IDBRequest): Promise<void> {
    const database = await this.open();
    const transaction = database.transaction(STORE, "readwrite");
    await settled(request(transaction.objectStore(STORE)), transaction);
  }

  private open(): Promise<IDBDatabase> {
    if (!this.opened) {
      const request = this.factory.open("rdit", 1);
      request.onupgradeneeded = () =>
        request.result.createObjectStore(STORE, { keyPath: ["root", "path", "page"] });
      this.opened = settled(request);
    }
    return this.opened;
  }
}

/** How long others are given to say that they are still there, and the page that was here before to be gone; in milliseconds. */
const LOCK_PATIENCE = 300;
const RELOAD_PATIENCE = 5000;
const PAGE = "rdit.page";

function lockOf(page: string): string {
  return `rdit.page ${page}`;
}

function randomName(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("-");
}

/** The result of *request*, once *transaction*, if there is one, is over. */
function settled<T>(request: IDBRequest<T>, transaction?: IDBTransaction): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(request.error ?? transaction?.error ?? new Error("The browser kept nothing."));
    request.onerror = fail;
    if (!transaction) {
      request.onsuccess = () => resolve(request.result);
      return;
    }
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = fail;
    // Begun at once, so that it is done also when the page goes this very moment.
    transaction.commit();
  });
}

/** What keeps drafts; `Drafts` in a page. */
export type DraftStore = Pick<Drafts, "page" | "put" | "remove">;

/** Keeps the unsaved text of one file while it is open. */
export class DraftKeeper {
  /** Whether all of the unsaved text is kept, or on its way. */
  readonly safe: Signal<boolean> = signal(true);
  private kept: string | null = null;
  private working: Promise<void> | null = null;
  private outdated = false;
  private readonly dispose: () => void;

  /** *failed* is told, once, why the browser keeps nothing. */
  constructor(
    private readonly file: ScriptFile,
    private readonly root: string,
    private readonly store: DraftStore,
    private readonly failed: (error: unknown) => void,
  ) {
    this.dispose = effect(() => {
      // Read for being told when they change.
      void [file.text.value, file.saved.value, file.path.value, file.unsaved.value];
      this.outdated = true;
      this.working ??= this.work().finally(() => {
        this.working = null;
      });
    });
  }

  /** The page goes this very moment: what is newest does not wait for what is under way. */
  hurry(): void {
    if (this.outdated) this.keep().catch(this.failed);
  }

  /** Resolves when what there is to keep is kept. */
  async done(): Promise<void> {
    while (this.working) await this.working;
  }

  /** The file is closed; its unsaved text is given up. */
  async close(): Promise<void> {
    this.dispose();
    await this.done();
    if (this.kept !== null) await this.forget(this.kept);
  }

  /** One request at a time, the newest text each: typing faster than the disk writes piles nothing up. */
  private async work(): Promise<void> {
    while (this.outdated) {
      this.outdated = false;
      try {
        await this.keep();
        this.safe.value = true;
      } catch (error) {
        if (this.safe.peek()) this.failed(error);
        this.safe.value = false;
      }
    }
  }

  private async keep(): Promise<void> {
    const { file, root, store } = this;
    const path = file.path.peek() ?? "";
    const before = this.kept;
    if (file.unsaved.peek()) {
      const [text, base] = [file.text.peek().toString(), file.saved.peek().toString()];
      this.kept = path;
      await store.put({ root, path, page: store.page, text, base, version: file.version, at: Date.now() });
      if (before !== null && before !== path) await this.forget(before);
    } else if (before !== null) {
      this.kept = null;
      await this.forget(before);
    }
  }

  private forget(path: string): Promise<void> {
    return this.store.remove({ root: this.root, path, page: this.store.page });
  }
}
