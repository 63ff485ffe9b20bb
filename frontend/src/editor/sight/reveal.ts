import { EditorView } from "@codemirror/view";
import { stepField } from "./step-in-sight";

/** The part of the visible height above and below a line that is brought into sight: its output follows. */
const MARGIN = 0.3;

/**
 * Bring the line at *position* into sight, and the question below it if it asks one, without moving the cursor. *then* is
 * called once it is drawn.
 */
export function reveal(
  view: EditorView,
  position: number,
  then: (question: HTMLInputElement | null) => void = () => undefined,
): void {
  // What was stepped over is kept in sight already, with what comes next.
  if (!view.state.field(stepField, false)) {
    const yMargin = view.scrollDOM.clientHeight * MARGIN;
    view.dispatch({ effects: EditorView.scrollIntoView(position, { y: "nearest", yMargin }) });
  }
  view.requestMeasure({
    read: () => view.dom.querySelector<HTMLInputElement>(".rdit-input input"),
    write: (question) => {
      // With its buttons, which stand below the field where there is little room.
      question?.form?.scrollIntoView({ block: "nearest" });
      then(question);
    },
  });
}
