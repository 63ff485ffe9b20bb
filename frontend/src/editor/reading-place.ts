/** Where somebody was in a text: the cursor, and the line at the top of the window. */
import { EditorSelection, type StateEffect } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

export interface ReadingPlace {
  readonly cursor: number;
  /** The start of the topmost line in sight. */
  readonly top: number;
  /** Where its text begins, in pixels from the top of what is visible; negative when that is above. */
  readonly offset: number;
}

/** Where the person is in *view* now. */
export function placeIn(view: EditorView): ReadingPlace {
  const { scrollDOM, documentTop } = view;
  const edge = scrollDOM.getBoundingClientRect().top;
  const line = view.lineBlockAtHeight(edge - documentTop);
  // Scrolling goes by where the text is drawn, within the height of its line.
  const top = view.coordsAtPos(line.from)?.top ?? documentTop + line.top;
  return { cursor: view.state.selection.main.head, top: line.from, offset: top - edge };
}

/** Be at *place* in *view*; what the text no longer has is left out. */
export function goToPlace(view: EditorView, { cursor, top, offset }: ReadingPlace): void {
  const { doc } = view.state;
  const effects: StateEffect<unknown>[] = [];
  const isAtTop = top === 0 && offset >= 0;
  if (top <= doc.length && !isAtTop)
    effects.push(EditorView.scrollIntoView(doc.lineAt(top).from, { y: "start", yMargin: offset }));
  view.dispatch({ selection: EditorSelection.cursor(Math.min(cursor, doc.length)), effects });
}
