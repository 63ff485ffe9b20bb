import { EditorSelection, EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { joinLines } from "../../../src/editor/writing/join-lines";
import { python } from "../../../src/editor/writing/python";
import { marked, stateOf } from "./marked";

function joined(doc: string, extensions = python()): string {
  let state = stateOf(doc, extensions);
  joinLines({ state, dispatch: (transaction) => (state = transaction.state) });
  return marked(state);
}

test.each([
  ["two lines", "a = 1 +|\n    2", "a = 1 +| 2"],
  ["from the middle of the first", "ab|c   \n   d", "abc| d"],
  ["what is in brackets", "‹f(\n    a,\n    b\n)›", "f(a, b|)"],
  ["a list that is empty", "x = [|\n]", "x = [|]"],
  ["comments", "# one|\n# two", "# one| two"],
  ["a comment behind code", "x = 1|\n# why", "x = 1|  # why"],
  ["an empty comment", "# one|\n#", "# one|"],
  ["a line that goes on behind a backslash", "x = 1 + \\|\n    2", "x = 1 +| 2"],
  ["an empty line", "x = 1|\n\ny = 2", "x = 1|\ny = 2"],
  ["from an empty line", "if a:\n    |\n    b", "if a:\n    |b"],
  ["the last line", "x = 1|", "x = 1|"],
])("joins %s", (_, before, after) => {
  expect(joined(before)).toBe(after);
});

test("in a text that is not Python, a # and a backslash are as others", () => {
  expect(joined("one|\n# two", [])).toBe("one| # two");
  expect(joined("one \\|\ntwo", [])).toBe("one \\| two");
});

test("several cursors join each its own lines, and two in one line join it once", () => {
  let state = EditorState.create({
    doc: "a\nb\nc\nd",
    extensions: EditorState.allowMultipleSelections.of(true),
  });
  const selection = EditorSelection.create([0, 4].map((place) => EditorSelection.cursor(place)));
  state = state.update({ selection }).state;
  joinLines({ state, dispatch: (transaction) => (state = transaction.state) });
  expect(state.doc.toString()).toBe("a b\nc d");
  expect(state.selection.ranges.map(({ head }) => head)).toEqual([1, 5]);
  let twice = stateOf("ab\nc\nd", EditorState.allowMultipleSelections.of(true));
  twice = twice.update({
    selection: EditorSelection.create([EditorSelection.cursor(0), EditorSelection.cursor(1)]),
  }).state;
  joinLines({ state: twice, dispatch: (transaction) => (twice = transaction.state) });
  expect(twice.doc.toString()).toBe("ab c\nd");
});

test("a text that may not be changed stays", () => {
  const state = stateOf("a|\nb", EditorState.readOnly.of(true));
  expect(joinLines({ state, dispatch: () => expect.unreachable() })).toBe(false);
});
