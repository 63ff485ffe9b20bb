/** The mark at the end of a statement that drew on a figure which later statements went on with: it opens it as it was. */
import { type EditorView, WidgetType } from "@codemirror/view";
import type { OutputItem } from "../../backend/types";
import { showImage } from "../../output/media/media";
import { button } from "../../output/rendering/controls";
import { withData } from "../../output/rendering/item-data";
import { steps } from "../../session/figures";
import { pageContext } from "./page-context";
import type { PlacedResult } from "./placed-results";

/** The figures as they were after the statement; while it waits and runs, those of the run before. */
export function stepsOf({ result, earlier }: PlacedResult): readonly OutputItem[] {
  const isOver = result.state === "done" || result.state === "failed";
  return isOver || result.output.length > 0
    ? steps(result.output)
    : earlier.flatMap((one) => steps(one.result.output));
}

export class FigureStep extends WidgetType {
  constructor(
    private readonly item: OutputItem,
    private readonly line: number,
  ) {
    super();
  }

  override eq(other: FigureStep): boolean {
    return other.item === this.item && other.line === this.line;
  }

  toDOM(view: EditorView): HTMLElement {
    const context = { ...view.state.facet(pageContext), goToLine: () => {} };
    const label = `The figure as it was after line ${this.line}`;
    const show = () => {
      withData(this.item, context).then(
        (whole) => showImage(whole, context),
        (error: Error) => context.announce(error.message),
      );
    };
    return button(label, show, { icon: "figure", class: "rdit-step" });
  }

  override ignoreEvent(): boolean {
    return true;
  }
}
