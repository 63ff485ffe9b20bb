/** What a plan replaces and what comes back: the cases to which the server's `apply` is held as well. */
import { EditorState, Text } from "@codemirror/state";
import { expect, test } from "vitest";
import cases from "../../../../tests/session/plan_cases.json";
import { changesBetween } from "../../../src/documents/line-diff";
import {
  endRun,
  planResults,
  results,
  resultsOf,
  updateResults,
} from "../../../src/editor/results/results-field";
import { type StatementEvent, waiting } from "../../../src/session/results";

type Case = (typeof cases)[number];

function after({ steps }: Case): EditorState {
  let state = EditorState.create({ doc: "", extensions: [results()] });
  for (const { run: runId, script, plan, whole, ran, status } of steps) {
    state = state.update({ changes: changesBetween(state.doc, Text.of(script)) }).state;
    const statements = plan.map((span, nodeIndex) => {
      const [lineStart, lineEnd] = span as [number, number];
      const [from, to] = [state.doc.line(lineStart).from, state.doc.line(lineEnd).to];
      const source = state.doc.sliceString(from, to);
      return { from, to, result: waiting(runId, { nodeIndex, lineStart, lineEnd, source }) };
    });
    state = state.update({ effects: planResults.of({ statements, whole }) }).state;
    const events = plan.slice(0, ran).flatMap((span, nodeIndex): StatementEvent[] => {
      const at = { runId, nodeIndex, lineStart: span[0] as number, lineEnd: span[1] as number };
      return [
        { type: "start", ...at, startedAt: 0 },
        { type: "result", ...at, isInvisible: true, durationMs: 1, endedAt: 0 },
      ];
    });
    state = state.update({ effects: updateResults.of({ events, now: 0 }) }).state;
    if (status) state = state.update({ effects: endRun.of({ runId }) }).state;
  }
  return state;
}

test.each(cases)("$name", (one) => {
  const state = after(one);
  const shown = resultsOf(state).map(({ from, to, result, stale }) => {
    const [first, last] = [state.doc.lineAt(from).number, state.doc.lineAt(to).number];
    return [result.runId, first, last, result.state, stale];
  });
  expect(shown).toEqual(one.shows);
});
