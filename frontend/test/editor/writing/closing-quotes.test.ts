import { closeBrackets } from "@codemirror/autocomplete";
import { pythonLanguage } from "@codemirror/lang-python";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { afterEach, expect, test } from "vitest";
import { closingQuotes } from "../../../src/editor/writing/closing-quotes";

let view: EditorView;
afterEach(() => view.destroy());

/** What *keys*, one after another, make of *doc* with the cursor at its bar; the answer has a bar at the cursor. */
function typed(doc: string, keys: string): string {
  const anchor = doc.indexOf("|");
  view = new EditorView({
    state: EditorState.create({
      doc: doc.replace("|", ""),
      selection: { anchor },
      extensions: [pythonLanguage, closingQuotes(), closeBrackets()],
    }),
  });
  for (const key of keys) {
    const { head } = view.state.selection.main;
    const plain = () => view.state.update(view.state.replaceSelection(key));
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, head, head, key, plain))) view.dispatch(plain());
  }
  const { head } = view.state.selection.main;
  const text = view.state.doc.toString();
  return `${text.slice(0, head)}|${text.slice(head)}`;
}

test.each([
  ["|", '"""text"""', '"""text"""|'],
  ["|", "'''text'''", "'''text'''|"],
  ["|\nx = 1", 'f"""{x}"""', 'f"""{x}"""|\nx = 1'],
  ["|", '""""""', '""""""|'],
  ["|", '"""a"', '"""a"|""'],
  ["def f():\n    |\n", '"""Do it."""', 'def f():\n    """Do it."""|\n'],
  // What is no end of three is as it was.
  ["|", '"one"', '"one"|'],
  ["|", "''", "''|"],
  ['"""He said | and left."""', '"no', '"""He said "no| and left."""'],
])("in %j the keys %s give %j", (doc, keys, expected) => {
  expect(typed(doc, keys)).toBe(expected);
});
