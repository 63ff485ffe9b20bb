/** A script on paper. */
import type { Extension } from "@codemirror/state";
import { type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { MAX_FETCHED, MAX_FRAMES, type Preparation, prepare } from "../output/prepare";
import { printWhole } from "../output/rendering/print-whole";
import { onPrint } from "../output/rendering/printing";
import { element } from "../ui/element";
import { whenIdle } from "../ui/when-idle";
import { pageContext } from "./results/page-context";
import { resultsOf } from "./results/results-field";

/** What is not ready after so long says on paper that it is missing. */
const MAX_PREPARATION_MS = 60_000;

/** Print the text of *view* with all of its results. */
export async function printScript(view: EditorView): Promise<void> {
  await view.plugin(plugin)?.prepareAll();
  await printWhole(view.dom);
}

/** Make what is out of sight in *view* ready while nobody waits: the page may be printed at any time. */
export function prepareFor(view: EditorView): void {
  view.plugin(plugin)?.prepareSoon();
}

/** The extension. */
export function printing(): Extension {
  return plugin;
}

const plugin = ViewPlugin.fromClass(
  class {
    readonly #layer = element("div", { class: "rdit-prepared-frames", "aria-hidden": "true", inert: true });
    readonly #stopPrinting: () => void;
    #preparing: AbortController | null = null;
    #isSoon = false;
    #isOutdated = false;

    constructor(private readonly view: EditorView) {
      view.dom.append(this.#layer);
      // What was printed is out of sight again.
      this.#stopPrinting = onPrint((isPrinting) => {
        if (!isPrinting) this.prepareSoon();
      });
    }

    /** A chart that goes out of sight is taken out of the document. */
    update(update: ViewUpdate): void {
      if (update.viewportChanged) this.prepareSoon();
    }

    destroy(): void {
      this.#preparing?.abort();
      this.#stopPrinting();
      this.#layer.remove();
    }

    prepareSoon(): void {
      this.#isOutdated = true;
      if (this.#isSoon || this.#preparing) return;
      this.#isSoon = true;
      whenIdle(() => {
        this.#isSoon = false;
        if (!this.#preparing && !this.#isRunning)
          void this.#prepare({ maxFetched: MAX_FETCHED, maxFrames: MAX_FRAMES }, idle);
      });
    }

    /** All of it is asked for: a chart whose data came only once it is out of sight on paper would not be drawn there. */
    async prepareAll(): Promise<void> {
      const all = Number.POSITIVE_INFINITY;
      const prepared = this.#prepare({ maxFetched: all, maxFrames: all }, async () => undefined);
      const preparing = this.#preparing;
      const late = setTimeout(() => preparing?.abort(), MAX_PREPARATION_MS);
      await prepared;
      clearTimeout(late);
    }

    /** The end of a run is followed by a preparation. */
    get #isRunning(): boolean {
      return resultsOf(this.view.state).some(({ result }) => result.state === "running");
    }

    async #prepare(
      bounds: Pick<Preparation, "maxFetched" | "maxFrames">,
      pause: () => Promise<void>,
    ): Promise<void> {
      this.#preparing?.abort();
      const preparing = new AbortController();
      this.#preparing = preparing;
      this.#isOutdated = false;
      const { state, contentDOM } = this.view;
      const drawn = contentDOM.querySelector<HTMLElement>(".rdit-sandbox, .rdit-body");
      this.#layer.style.setProperty("--prepared-width", `${drawn?.clientWidth || contentDOM.clientWidth}px`);
      const items = resultsOf(state).flatMap(({ result }) => result.output);
      const { signal } = preparing;
      const rest = { context: state.facet(pageContext), layer: this.#layer, signal, pause, ...bounds };
      // What cannot be loaded now is loaded when it is shown, and says so there if that fails too.
      await prepare(items, rest).catch(() => undefined);
      if (this.#preparing !== preparing) return;
      this.#preparing = null;
      if (this.#isOutdated && !signal.aborted) this.prepareSoon();
    }
  },
);

function idle(): Promise<void> {
  return new Promise(whenIdle);
}
