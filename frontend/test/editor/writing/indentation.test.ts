import { indentMore, insertNewlineAndIndent } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { EditorState, type Transaction } from "@codemirror/state";
import { expect, test } from "vitest";
import { indentation, pasted, unitOf } from "../../../src/editor/writing/indentation";

const TABS = "if True:\n\tfor i in range(2):\n\t\tprint(i)\nx = 1\n";
const TWO = "def f(x):\n  if x:\n    y = 1\n  return x\n";

/** What commands need of an editor. */
function editor(doc: string, anchor: number) {
  return {
    state: EditorState.create({ doc, selection: { anchor }, extensions: [indentation(), pythonLanguage] }),
    dispatch(transaction: Transaction) {
      this.state = transaction.state;
    },
    select(anchor: number, head = anchor) {
      this.dispatch(this.state.update({ selection: { anchor, head } }));
    },
    type(text: string) {
      this.dispatch(this.state.update(this.state.replaceSelection(text)));
    },
    enter() {
      insertNewlineAndIndent({ state: this.state, dispatch: (transaction) => this.dispatch(transaction) });
    },
    tab() {
      indentMore({ state: this.state, dispatch: (transaction) => this.dispatch(transaction) });
    },
  };
}

test.each([
  [TABS, "\t"],
  [TWO, "  "],
  ["def f():\n    a = [\n      1,\n    ]\n", "    "],
  ["class A:  # one\n   x = 1\n", "   "],
  ["x = 1\n", null],
  ["if a:\n\tb\nif c:\n\td\nif e:\n    f\n", "\t"],
])("%j is indented by %j", (text, unit) => {
  expect(unitOf(text.split("\n"))).toBe(unit);
});

test("Enter and Tab go on with tabs", () => {
  const view = editor(TABS, TABS.indexOf("(i)") + 3);
  view.enter();
  view.type('print("new")');
  expect(view.state.doc.toString()).toContain('\t\tprint(i)\n\t\tprint("new")\n');
  view.select(view.state.doc.line(3).from, view.state.doc.line(4).to);
  view.tab();
  expect(view.state.doc.toString()).toContain('\t\t\tprint(i)\n\t\t\tprint("new")\n');
});

test("Enter goes on with two spaces", () => {
  const view = editor(TWO, TWO.indexOf("if x:") + 5);
  view.enter();
  expect(view.state.doc.line(3).text).toBe("    ");
});

test("a script that begins with another indentation than usual goes on with it at once", () => {
  const view = editor("if a:\n", 6);
  view.type("  b = 1\nif c:");
  view.enter();
  expect(view.state.doc.line(4).text).toBe("  ");
});

test.each([
  [
    "tabs among spaces, at the place of the cursor",
    "for i in x:\n\tprint(i)\n",
    "    ",
    "    ",
    "for i in x:\n        print(i)\n",
  ],
  ["spaces among tabs", "for i in x:\n    print(i)\n", "\t", "\t", "for i in x:\n\t\tprint(i)\n"],
  ["two spaces among four", "if a:\n  if b:\n    c\n", "", "    ", "if a:\n    if b:\n        c\n"],
  ["whole lines from deep within", "        a = 1\n        b = 2\n", "    ", "    ", "a = 1\n    b = 2\n"],
  ["a line whose blanks were not copied", "if a:\n        b\n    c\n", "", "    ", "if a:\n    b\nc\n"],
  ["whole lines at the beginning of a line", "    a = 1\n    b = 2\n", "", "    ", "    a = 1\n    b = 2\n"],
  ["what is aligned", "f(a,\n  b)\n", "    ", "    ", "f(a,\n    b)\n"],
  ["a bracket that closes", "x = [\n    1,\n]\n", "    ", "    ", "x = [\n        1,\n    ]\n"],
  ["one word", "word", "    ", "    ", "word"],
  ["lines in the middle of a line", "a,\n    b", "f(", "    ", "a,\n    b"],
])("pastes %s", (_name, text, before, unit, expected) => {
  expect(pasted(text, before, unit)).toBe(expected);
});
