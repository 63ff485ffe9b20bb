/** A draft: unsaved text, kept by the browser until it is saved. */
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
  /** What was sent to be saved upon that and may have been; older drafts do not say. */
  readonly sent?: readonly string[];
  /** In milliseconds since 1970. */
  readonly at: number;
}

const STORE = "drafts";

/** The drafts of all pages of this origin, in IndexedDB, which has room and survives a crash. */
export class Drafts {
  readonly page = randomName();
  #opened: Promise<IDBDatabase> | null = null;
  #ahead: Promise<string[][]> | null = null;

  /** The page that was in this tab before, if this is its reload. */
  readonly #before: string | null;

  constructor(
    private readonly factory: IDBFactory,
    private readonly locks: LockManager | undefined,
    tab: Storage,
  ) {
    this.#before = tab.getItem(PAGE);
    tab.setItem(PAGE, this.page);
    // Held until the page is gone, however it goes: so others know which drafts were left behind.
    void locks?.request(lockOf(this.page), () => new Promise(() => undefined));
  }

  /** Keep *draft*; resolves when it is kept. */
  async put(draft: Draft): Promise<void> {
    await this.#change((store) => store.put(draft));
  }

  async remove({ root, path, page }: Pick<Draft, "root" | "path" | "page">): Promise<void> {
    await this.#change((store) => store.delete([root, path, page]));
  }

  /** Begin to look which files have drafts, so that the first `leftBehind` need not wait when its file has none. */
  lookAhead(): void {
    // The last words of a page that reloads may still be on their way.
    if (this.#before !== null) return;
    this.#ahead = this.#keys();
    this.#ahead.catch(() => undefined); // whoever asks for a draft hears of the failure
  }

  /** The drafts of one file that pages left behind, the newest first. */
  async leftBehind(root: string, path: string): Promise<Draft[]> {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead && !(await ahead).some((key) => key[0] === root && key[1] === path)) return [];
    return this.#find(root, path);
  }

  async #keys(): Promise<string[][]> {
    const database = await this.#open();
    return (await settled(database.transaction(STORE).objectStore(STORE).getAllKeys())) as string[][];
  }

  async #find(root: string, path: string): Promise<Draft[]> {
    const database = await this.#open();
    const range = IDBKeyRange.bound([root, path], [root, path, []]);
    const all: Draft[] = await settled(database.transaction(STORE).objectStore(STORE).getAll(range));
    const gone = await Promise.all(all.map(({ page }) => this.isGone(page)));
    return all.filter((_, index) => gone[index]).sort((a, b) => b.at - a.at);
  }

  /** Whether a page is no longer there. Where the browser has no locks nobody can tell, and its text is better shown twice. */
  async isGone(page: string): Promise<boolean> {
    if (page === this.page) return false;
    if (!this.locks) return true;
    try {
      // A page that reloads gives its lock back a moment after its successor begins.
      const patience = AbortSignal.timeout(page === this.#before ? RELOAD_TIMEOUT_MS : LOCK_TIMEOUT_MS);
      return await this.locks.request(lockOf(page), { signal: patience }, () => true);
    } catch (error) {
      if (error instanceof DOMException && (error.name === "TimeoutError" || error.name === "AbortError"))
        return false;
      throw error;
    }
  }

  async #change(request: (store: IDBObjectStore) => IDBRequest): Promise<void> {
    const database = await this.#open();
    const transaction = database.transaction(STORE, "readwrite");
    await settled(request(transaction.objectStore(STORE)), transaction);
  }

  #open(): Promise<IDBDatabase> {
    if (!this.#opened) {
      const request = this.factory.open("rdit", 1);
      request.onupgradeneeded = () =>
        request.result.createObjectStore(STORE, { keyPath: ["root", "path", "page"] });
      this.#opened = settled(request);
    }
    return this.#opened;
  }
}

/** How long others are given to say that they are still there, and the page that was here before to be gone; in milliseconds. */
const LOCK_TIMEOUT_MS = 300;
const RELOAD_TIMEOUT_MS = 5000;
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
