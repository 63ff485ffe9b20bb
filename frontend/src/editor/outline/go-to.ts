import type { EditorState, Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/** The kind of a change of the selection by which a person goes to another place, and may want to come back. */
export const JUMP = "select.jump";

/** Calls *left* with what an editor was like before the person went to another place in it. */
export function onJump(left: (before: EditorState) => void): Extension {
  return EditorView.updateListener.of(({ transactions, startState }) => {
    if (transactions.some((one) => one.isUserEvent(JUMP))) left(startState);
  });
}

/** Put the cursor at *position* and show it with what follows. */
export function goTo(view: EditorView, position: number, userEvent: string = JUMP): void {
  const anchor = Math.min(position, view.state.doc.length);
  view.dispatch({
    selection: { anchor },
    effects: EditorView.scrollIntoView(anchor, { y: "start", yMargin: view.scrollDOM.clientHeight / 6 }),
    userEvent,
  });
  view.focus();
}

/** Put the cursor in the line *number* (from 1) at *column* (from 0), and show it in the middle. */
export function goToLine(view: EditorView, number: number, column = 0): void {
  const { doc } = view.state;
  const line = doc.line(Math.max(1, Math.min(number, doc.lines)));
  const anchor = Math.min(line.to, line.from + Math.max(0, column));
  view.dispatch({
    selection: { anchor },
    effects: EditorView.scrollIntoView(anchor, { y: "center" }),
    userEvent: JUMP,
  });
  view.focus();
}
