import type { Extension } from "@codemirror/state";
import { type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { planResults } from "../results/results-field";

/** Keys by which a person scrolls. */
const SCROLLING = /^(?:Page|Arrow)(?:Up|Down)$|^(?:Home|End)$/;

/** Call *scrolled* whenever the person, rather than the page, scrolls the text of *view*, until *signal* aborts. */
export function onReaderScroll(view: EditorView, scrolled: () => void, signal: AbortSignal): void {
  const options = { signal, passive: true };
  view.scrollDOM.addEventListener("wheel", scrolled, options);
  view.scrollDOM.addEventListener("touchmove", scrolled, options);
  // The scroll bar belongs to what scrolls; everything else in it has an element of its own.
  view.scrollDOM.addEventListener(
    "pointerdown",
    ({ target }) => target === view.scrollDOM && scrolled(),
    options,
  );
  view.dom.addEventListener("keydown", ({ key }) => SCROLLING.test(key) && scrolled(), options);
}

/** Whether the person has scrolled, pointed or typed since the newest run began. */
const plugin = ViewPlugin.fromClass(
  class {
    moved = false;
    readonly #ending = new AbortController();

    constructor(view: EditorView) {
      const note = () => {
        this.moved = true;
      };
      onReaderScroll(view, note, this.#ending.signal);
    }

    update({ transactions }: ViewUpdate): void {
      for (const transaction of transactions) {
        if (["input", "delete", "select"].some((event) => transaction.isUserEvent(event))) this.moved = true;
        if (transaction.effects.some((effect) => effect.is(planResults))) this.moved = false;
      }
    }

    destroy(): void {
      this.#ending.abort();
    }
  },
);

/** The extension that `hasMoved` asks. */
export function readerScroll(): Extension {
  return plugin;
}

/** Whether the person has turned to some place in the text of *view* since the newest run began. */
export function hasMoved(view: EditorView): boolean {
  return view.plugin(plugin)?.moved ?? false;
}
