import type { Extension } from "@codemirror/state";
import { EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { PlacedResult } from "./placed-results";
import { resultsField } from "./results-field";

/** The part of the visible height, above and below, from which the running statement is brought nearer to the middle. */
const MARGIN = 0.25;
/** Keys by which a person scrolls. */
const SCROLLING = /^(?:Page|Arrow)(?:Up|Down)$|^(?:Home|End)$/;

/** Keeps the statement that runs in sight, until the person scrolls; the next run is kept in sight again. */
const plugin = ViewPlugin.fromClass(
  class {
    /** The run that the person has scrolled away from. */
    #left: string | null = null;
    readonly #ending = new AbortController();

    constructor(readonly view: EditorView) {
      const leave = () => {
        this.#left = runningIn(view)?.result.runId ?? null;
      };
      const { signal } = this.#ending;
      const options = { signal, passive: true };
      view.scrollDOM.addEventListener("wheel", leave, options);
      view.scrollDOM.addEventListener("touchmove", leave, options);
      // The scroll bar belongs to what scrolls; everything else in it has an element of its own.
      view.scrollDOM.addEventListener(
        "pointerdown",
        ({ target }) => target === view.scrollDOM && leave(),
        options,
      );
      view.dom.addEventListener("keydown", ({ key }) => SCROLLING.test(key) && leave(), options);
    }

    update(update: ViewUpdate): void {
      if (update.startState.field(resultsField) === update.state.field(resultsField)) return;
      const now = runningIn(update.view);
      const before = update.startState.field(resultsField).placed.find(isRunning);
      if (!now || now.result.id === before?.result.id || now.result.runId === this.#left) return;
      const { view } = this;
      const { from } = now;
      // Not from within an update.
      queueMicrotask(() => {
        if (this.#ending.signal.aborted) return;
        const yMargin = view.scrollDOM.clientHeight * MARGIN;
        const position = Math.min(from, view.state.doc.length);
        view.dispatch({ effects: EditorView.scrollIntoView(position, { y: "nearest", yMargin }) });
      });
    }

    destroy(): void {
      this.#ending.abort();
    }
  },
);

function isRunning({ result }: PlacedResult): boolean {
  return result.state === "running";
}

function runningIn(view: EditorView): PlacedResult | null {
  return view.state.field(resultsField).placed.find(isRunning) ?? null;
}

/** The extension. */
export function runningInSight(): Extension {
  return plugin;
}
