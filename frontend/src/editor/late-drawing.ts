/** What shows results is loaded before the first of them comes: a page where nothing has run does without. */
import { Compartment, type Extension } from "@codemirror/state";
import { type EditorView, ViewPlugin } from "@codemirror/view";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { loadOnce } from "../ui/load-once";
import { whenUsed } from "../ui/when-used";

/** What shows results, and what one can do with them. */
export interface Drawing {
  /** What an editor needs for it. */
  drawing(): Extension;
  outputColumn(): Extension;
  openConsole(view: EditorView): void;
  /** Make what is out of sight ready while nobody waits: the page may be printed at any time. */
  prepareFor(view: EditorView): void;
  printScript(view: EditorView): Promise<void>;
}

export class LateDrawing {
  readonly #place = new Compartment();
  readonly #module: () => Promise<Drawing>;
  readonly #loaded: Signal<Drawing | null>;

  /** *module* loads it, unless it is *loaded* already. */
  constructor(module: () => Promise<Drawing>, loaded: Drawing | null) {
    this.#module = loadOnce(() =>
      module().catch((cause: unknown) => {
        throw new Error("What shows results could not be loaded; reload the page to try again.", { cause });
      }),
    );
    this.#loaded = signal(loaded);
  }

  /** Null until it is there. */
  get loaded(): ReadonlySignal<Drawing | null> {
    return this.#loaded;
  }

  get extension(): Extension {
    // Whoever presses something may run something next.
    const ahead = ViewPlugin.define((view) => ({ destroy: whenUsed(() => this.wanted(view)) }));
    return [this.#place.of(this.#loaded.peek()?.drawing() ?? []), ahead];
  }

  /** Load it for later. What cannot be loaded now is loaded when it is needed, and says so there if that fails too. */
  wanted(view: EditorView): void {
    this.load(view).catch(() => undefined);
  }

  /** Load it into *view*, once. */
  async load(view: EditorView): Promise<Drawing> {
    const drawing = this.#loaded.peek() ?? (await this.#module());
    if (!this.#loaded.peek()) {
      view.dispatch({ effects: this.#place.reconfigure(drawing.drawing()) });
      this.#loaded.value = drawing;
    }
    return drawing;
  }
}
