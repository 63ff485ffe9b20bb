/** Values at the ends of lines that the window would cut stand below the text of their line. */
import type { Extension } from "@codemirror/state";
import { type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { alsoMeasured, measureSoon } from "./output-sizes";
import { resultsField } from "./results-field";

const WRAPPED = "rdit-inline-wrapped";
/** Between the text and the value, and between the value and the window's edge, in pixels. */
const MARGIN = 32;

interface Fit {
  readonly dom: HTMLElement;
  readonly wraps: boolean;
}

const plugin = ViewPlugin.fromClass(
  class {
    /** How wide values are in one line. */
    readonly #widths = new WeakMap<HTMLElement, { text: string | null; width: number }>();
    readonly #measure = {
      key: this,
      read: (view: EditorView) => this.#read(view),
      write: (fits: readonly Fit[], view: EditorView) => this.#write(fits, view),
    };

    constructor(view: EditorView) {
      view.requestMeasure(this.#measure);
    }

    update(update: ViewUpdate): void {
      const isOther = update.startState.field(resultsField) !== update.state.field(resultsField);
      if (!isOther && !update.docChanged && !update.viewportChanged && !update.geometryChanged) return;
      // Within a measure one more would count against the number that the editor allows itself.
      if (update.transactions.length > 0) this.measure(update.view);
      else measureSoon(update.view);
    }

    measure(view: EditorView): void {
      view.requestMeasure(this.#measure);
    }

    /** Those that have to change. */
    #read(view: EditorView): readonly Fit[] {
      const values = [...view.contentDOM.querySelectorAll<HTMLElement>(".cm-line > .rdit-inline")];
      if (values.length === 0) return [];
      const room = view.scrollDOM.clientWidth - (view.contentDOM.offsetLeft - MARGIN / 2);
      const { left } = view.contentDOM.getBoundingClientRect();
      return values.flatMap((dom) => {
        const isWrapped = dom.classList.contains(WRAPPED);
        let known = this.#widths.get(dom);
        if (known?.text !== dom.textContent || (!isWrapped && !view.lineWrapping)) {
          // The widget of another text takes the element over without the class.
          known = { text: dom.textContent, width: dom.getBoundingClientRect().width };
          this.#widths.set(dom, known);
        }
        const end = dom.previousElementSibling?.getBoundingClientRect().right ?? left;
        const wraps = !view.lineWrapping && end - left + MARGIN + known.width > room - MARGIN;
        return wraps === isWrapped ? [] : [{ dom, wraps }];
      });
    }

    #write(fits: readonly Fit[], view: EditorView): void {
      for (const { dom, wraps } of fits) dom.classList.toggle(WRAPPED, wraps);
      if (fits.length > 0) measureSoon(view);
    }
  },
);

/** The extension. */
export function inlineFit(): Extension {
  return [plugin, alsoMeasured.of((view) => view.plugin(plugin)?.measure(view))];
}
