import { EditorState, Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { afterEach, beforeEach, expect, test } from "vitest";
import { changesBetween } from "../../src/editor/line-diff";
import { linesNow, rememberDocument, sentDocuments } from "../../src/editor/sent-documents";

let view: EditorView;

beforeEach(() => {
  view = new EditorView({ state: EditorState.create({ doc: "a\nb\nc", extensions: [sentDocuments] }) });
});
afterEach(() => view.destroy());

/** The number of the line on which *line* of the remembered text is now. */
function now(key: object, line: number): number | null {
  const place = linesNow(view, key)?.(line, line);
  return place ? view.state.doc.lineAt(place.from).number : null;
}

test("lines of a text that was sent are found after any number of edits", () => {
  const key = {};
  rememberDocument(view, key);
  view.dispatch({ changes: { from: 0, insert: "x\n" } });
  view.dispatch({ changes: { from: 4, insert: "y\n" } });
  expect([now(key, 1), now(key, 2), now(key, 3)]).toEqual([2, 4, 5]);
});

test("every text is remembered as it was", () => {
  const [one, two] = [{}, {}];
  rememberDocument(view, one);
  view.dispatch({ changes: { from: 0, insert: "x\n" } });
  rememberDocument(view, two);
  view.dispatch({ changes: { from: 0, insert: "y\n" } });
  expect([now(one, 1), now(two, 1)]).toEqual([3, 2]);
});

test("a text that never was in the editor is remembered by what turns it into the present one", () => {
  const key = {};
  const script = Text.of(["b", "c"]);
  rememberDocument(view, key, script, changesBetween(script, view.state.doc));
  expect([now(key, 1), now(key, 2)]).toEqual([2, 3]);
});

test("texts of long ago are forgotten", () => {
  const keys = Array.from({ length: 20 }, () => ({}));
  for (const key of keys) rememberDocument(view, key);
  expect(now(keys[0] as object, 1)).toBeNull();
  expect(now(keys[19] as object, 1)).toBe(1);
});
