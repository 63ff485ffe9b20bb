import { effect, type Signal, signal } from "@preact/signals";
import type { Drafts } from "./draft-store";
import type { TextDocument } from "./text-document";

/** What keeps drafts; `Drafts` in a page. */
export type DraftStore = Pick<Drafts, "page" | "put" | "remove">;

/** Keeps the unsaved text of one file while it is open. */
export class DraftKeeper {
  /** Whether all of the unsaved text is kept, or on its way. */
  readonly safe: Signal<boolean> = signal(true);
  #kept: string | null = null;
  #working: Promise<void> | null = null;
  #outdated = false;
  readonly #dispose: () => void;

  /** *failed* is told, once, why the browser keeps nothing. */
  constructor(
    private readonly file: TextDocument,
    private readonly root: string,
    private readonly store: DraftStore,
    private readonly failed: (error: unknown) => void,
  ) {
    this.#dispose = effect(() => {
      // Read for being told when they change.
      void [file.text.value, file.saved.value, file.path.value, file.unsaved.value, file.sent.value];
      this.#outdated = true;
      this.#working ??= this.#work().finally(() => {
        this.#working = null;
      });
    });
  }

  /** The page goes this very moment: what is newest does not wait for what is under way. */
  hurry(): void {
    if (this.#outdated) this.#keep().catch(this.failed);
  }

  /** Resolves when what there is to keep is kept. */
  async done(): Promise<void> {
    while (this.#working) await this.#working;
  }

  /** The file is closed; its unsaved text is given up. */
  async close(): Promise<void> {
    this.#dispose();
    await this.done();
    if (this.#kept !== null) await this.#forget(this.#kept);
  }

  /** One request at a time, the newest text each: typing faster than the disk writes piles nothing up. */
  async #work(): Promise<void> {
    while (this.#outdated) {
      this.#outdated = false;
      try {
        await this.#keep();
        this.safe.value = true;
      } catch (error) {
        if (this.safe.peek()) this.failed(error);
        this.safe.value = false;
      }
    }
  }

  async #keep(): Promise<void> {
    const { file, root, store } = this;
    const path = file.path.peek() ?? "";
    const before = this.#kept;
    if (file.unsaved.peek()) {
      const [text, base] = [file.text.peek().toString(), file.saved.peek().toString()];
      const { version } = file;
      const sent = file.sent.peek().map(String);
      this.#kept = path;
      await store.put({ root, path, page: store.page, text, base, version, sent, at: Date.now() });
      if (before !== null && before !== path) await this.#forget(before);
    } else if (before !== null) {
      this.#kept = null;
      await this.#forget(before);
    }
  }

  #forget(path: string): Promise<void> {
    return this.store.remove({ root: this.root, path, page: this.store.page });
  }
}
