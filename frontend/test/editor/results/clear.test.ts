import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { afterEach, beforeEach, expect, test } from "vitest";
import { decorations } from "../../../src/editor/results/decorations";
import {
  bringBack,
  clearResults,
  results,
  resultsOf,
  setResults,
} from "../../../src/editor/results/results-field";
import { type Result, waiting } from "../../../src/session/results";

let view: EditorView;

beforeEach(() => {
  view = new EditorView({
    state: EditorState.create({ doc: "a = 1\nb = 2\nc = 3", extensions: [results(), decorations()] }),
  });
});
afterEach(() => view.destroy());

function placed(line: number, runId: string, state: Result["state"]) {
  const { from, to, text } = view.state.doc.line(line);
  const info = { nodeIndex: line - 1, lineStart: line, lineEnd: line, source: text };
  return { from, to, result: { ...waiting(runId, info), state } };
}

const shown = () => resultsOf(view.state).map(({ result }) => result.id);

test("what is cleared can be brought back, also once more was cleared in vain", () => {
  view.dispatch({ effects: setResults.of([placed(1, "old", "done"), placed(2, "old", "done")]) });
  view.dispatch({ effects: clearResults.of(null) });
  expect(shown()).toEqual([]);
  view.dispatch({ changes: { from: 0, insert: "# first\n" } });
  view.dispatch({ effects: clearResults.of(null) });
  bringBack(view);
  expect(shown()).toEqual(["old:0", "old:1"]);
  expect(resultsOf(view.state).map(({ stale, from }) => [stale, from])).toEqual([
    [false, 8],
    [false, 14],
  ]);
});

test("a run under way keeps what it has shown", () => {
  view.dispatch({
    effects: setResults.of([placed(1, "old", "done"), placed(2, "new", "done"), placed(3, "new", "running")]),
  });
  view.dispatch({ effects: clearResults.of(null) });
  expect(shown()).toEqual(["new:1", "new:2"]);
});
