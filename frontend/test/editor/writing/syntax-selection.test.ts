import type { EditorState, StateCommand } from "@codemirror/state";
import { expect, test } from "vitest";
import { python } from "../../../src/editor/writing/python";
import { selectLess, selectMore, syntaxSelection } from "../../../src/editor/writing/syntax-selection";
import { stateOf } from "./marked";

function after(state: EditorState, command: StateCommand): EditorState | null {
  let next: EditorState | null = null;
  command({ state, dispatch: (transaction) => (next = transaction.state) });
  return next;
}

const shown = (state: EditorState) => state.sliceDoc(state.selection.main.from, state.selection.main.to);

/** What is selected step by step, up to the whole text. */
function steps(doc: string, extensions = python()): string[] {
  const found: string[] = [];
  for (let state = after(stateOf(doc, [extensions, syntaxSelection()]), selectMore); state; ) {
    found.push(shown(state));
    state = after(state, selectMore);
  }
  return found;
}

test.each([
  [
    "from a name in a call",
    "x = call(one, tw|o)\ny = 1",
    ["two", "one, two", "(one, two)", "call(one, two)", "x = call(one, two)", "x = call(one, two)\ny = 1"],
  ],
  ["from a word in a text", 'f("a wor|d")', ["word", "a word", '"a word"', '("a word")', 'f("a word")']],
  [
    "within an f-string",
    'x = f"a {na|me}"',
    ["name", "{name}", "a {name}", 'f"a {name}"', 'x = f"a {name}"'],
  ],
  [
    "from a block",
    "if a:\n    b|b = 1\n    c = 2\nd = 3",
    [
      "bb",
      "bb = 1",
      "bb = 1\n    c = 2",
      "if a:\n    bb = 1\n    c = 2",
      "if a:\n    bb = 1\n    c = 2\nd = 3",
    ],
  ],
  ["a text that is not ended", 'x = "ab|c', ["abc", '"abc', 'x = "abc']],
])("selects %s", (_, doc, expected) => {
  expect(steps(doc)).toEqual(expected);
});

test("in a text that has no syntax there are words and lines", () => {
  expect(steps("one t|wo\nthree", [])).toEqual(["two", "one two", "one two\nthree"]);
});

test("selects less again, step by step, until the cursor is back", () => {
  let state = stateOf("x = call(on|e)", [python(), syntaxSelection()]);
  for (let step = 0; step < 3; step++) state = after(state, selectMore) ?? state;
  expect(shown(state)).toBe("call(one)");
  state = after(state, selectLess) ?? state;
  expect(shown(state)).toBe("(one)");
  for (let step = 0; step < 2; step++) state = after(state, selectLess) ?? state;
  expect(state.selection.main).toMatchObject({ anchor: 11, head: 11 });
  expect(after(state, selectLess)).toBeNull();
});

test("a change of the text, or another selection, forgets the steps", () => {
  let state = stateOf("a|b + c", [python(), syntaxSelection()]);
  state = after(state, selectMore) ?? state;
  expect(after(state.update({ changes: { from: 0, insert: "x" } }).state, selectLess)).toBeNull();
  expect(after(state.update({ selection: { anchor: 0 } }).state, selectLess)).toBeNull();
});
