/** Typing the three quotation marks that end a text passes over those that are there already. */
import { syntaxTree } from "@codemirror/language";
import { EditorSelection, type EditorState, type Extension, Prec } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

const STRING = /^(?:String|FormatString)$/;

/** Whether *position* is before a quotation mark *quote* of the three that end a text. */
function isBeforeClosing(state: EditorState, position: number, quote: string): boolean {
  if (state.sliceDoc(position, position + 1) !== quote) return false;
  let node = syntaxTree(state).resolveInner(position, -1);
  while (!STRING.test(node.name) && node.parent) node = node.parent;
  if (!STRING.test(node.name)) return false;
  const { from, to } = node;
  const begin = state.sliceDoc(from, from + 5).match(/^[a-z]{0,2}("""|''')/i);
  // It must have begun and ended with three of them: `"""` alone, or `""""`, is still open.
  return (
    begin?.[1] === quote.repeat(3) &&
    to - from >= begin[0].length + 3 &&
    state.sliceDoc(to - 3, to) === quote.repeat(3) &&
    position >= to - 3 &&
    position < to
  );
}

/** The extension; it comes before what closes brackets, which passes over the three of them at the first key. */
export function closingQuotes(): Extension {
  return Prec.high(
    EditorView.inputHandler.of((view, _from, _to, text) => {
      const { state } = view;
      const { ranges, mainIndex } = state.selection;
      if (text !== '"' && text !== "'") return false;
      if (!ranges.every(({ empty, head }) => empty && isBeforeClosing(state, head, text))) return false;
      const passed = ranges.map(({ head }) => EditorSelection.cursor(head + 1));
      view.dispatch({
        selection: EditorSelection.create(passed, mainIndex),
        scrollIntoView: true,
        userEvent: "input.type",
      });
      return true;
    }),
  );
}
