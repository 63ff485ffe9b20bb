/** Where a fresh process shows something else than the page: both, below the statement. */
import { type Extension, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import type { OutputItem } from "../../backend/types";
import { renderItem } from "../../output/render";
import type { RenderedItem } from "../../output/rendering/rendering";
import { element } from "../../ui/element";
import { onResize } from "../results/output-sizes";
import { pageContext } from "../results/page-context";
import { planResults, resetResults, setResults } from "../results/results-field";
import { type Difference, setDifferences } from "./found-differences";
import "./differences.css";

/** A widget lives on while its statement moves. */
class Both extends WidgetType {
  readonly #rendered: RenderedItem[] = [];
  #stopObserving: () => void = () => undefined;

  constructor(private readonly difference: Difference) {
    super();
  }

  override eq(other: Both): boolean {
    return other.difference === this.difference;
  }

  toDOM(view: EditorView): HTMLElement {
    const { shown, fresh } = this.difference;
    const dom = element(
      "div",
      { class: "rdit-difference", role: "group", "aria-label": "Differs in a fresh process" },
      element("div", {}, element("h3", {}, "Shown here"), this.#items(shown, view)),
      element(
        "div",
        {},
        element("h3", {}, "In a fresh process"),
        fresh === null ? element("p", { class: "muted" }, "Not reached") : this.#items(fresh, view),
      ),
    );
    this.#stopObserving = onResize(view, dom, () => undefined);
    return dom;
  }

  override destroy(): void {
    this.#stopObserving();
    for (const one of this.#rendered.splice(0)) one.destroy();
  }

  override ignoreEvent(): boolean {
    return true;
  }

  #items(items: readonly OutputItem[], view: EditorView): HTMLElement {
    if (items.length === 0) return element("p", { class: "muted" }, "Nothing");
    const page = view.state.facet(pageContext);
    const { runId } = this.difference;
    const goToLine = (line: number, column?: number) => page.goToLineOf(runId, line, column);
    const drawn = items.map((item) => renderItem(item, { ...page, goToLine }));
    this.#rendered.push(...drawn);
    return element("div", { class: "rdit-difference-items" }, ...drawn.map(({ dom }) => dom));
  }
}

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    let next = shown.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setDifferences))
        next = Decoration.set(
          effect.value.map((one) =>
            // Below the output, which stands below the statement.
            Decoration.widget({ widget: new Both(one), block: true, side: 10_000 }).range(one.at),
          ),
          true,
        );
      // What was compared is no longer what is shown.
      else if (effect.is(planResults) || effect.is(setResults) || effect.is(resetResults))
        next = Decoration.none;
    }
    return next;
  },
  provide: (own) => EditorView.decorations.from(own),
});

/** The extension. */
export function differences(): Extension {
  return field;
}
