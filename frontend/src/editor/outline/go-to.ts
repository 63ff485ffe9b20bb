import { EditorView } from "@codemirror/view";

/** Put the cursor at *position* and show it with what follows. */
export function goTo(view: EditorView, position: number): void {
  const anchor = Math.min(position, view.state.doc.length);
  view.dispatch({
    selection: { anchor },
    effects: EditorView.scrollIntoView(anchor, { y: "start", yMargin: view.scrollDOM.clientHeight / 6 }),
    userEvent: "select",
  });
  view.focus();
}
