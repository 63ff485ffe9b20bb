import type { Extension } from "@codemirror/state";
import { EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { PlacedResult } from "../results/placed-results";
import { resultsField } from "../results/results-field";
import { onReaderScroll } from "./reader-scroll";
import { stepField } from "./step-in-sight";

/** The part of the visible height, above and below, from which the running statement is brought nearer to the middle. */
const MARGIN = 0.25;

/**
 * Keeps the statement that runs in sight, until the person scrolls; the next run is kept in sight again. After a step
 * the place to be is where that led.
 */
const plugin = ViewPlugin.fromClass(
  class {
    /** The run that the person has scrolled away from. */
    #left: string | null = null;
    readonly #ending = new AbortController();

    constructor(readonly view: EditorView) {
      const leave = () => {
        this.#left = runningIn(view)?.result.runId ?? null;
      };
      onReaderScroll(view, leave, this.#ending.signal);
    }

    update(update: ViewUpdate): void {
      if (update.startState.field(resultsField) === update.state.field(resultsField)) return;
      const now = runningIn(update.view);
      const before = update.startState.field(resultsField).placed.find(isRunning);
      if (!now || now.result.id === before?.result.id || now.result.runId === this.#left) return;
      if (update.state.field(stepField, false)) return;
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
