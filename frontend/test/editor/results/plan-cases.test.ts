/** What a plan replaces and what comes back: the cases to which the server's `apply` is held as well. */
import { EditorState, Text } from "@codemirror/state";
import { expect, test } from "vitest";
import cases from "../../../../tests/session/plan_cases.json";
import { changesBetween } from "../../../src/editor/line-diff";
import {
  endRun,
  planResults,
  results,
  resultsOf,
  updateResults,
} from "../../../src/editor/results/results-field";
import { type StatementEvent, waiting } from "../../../src/session/results";

interface Step {
  run: string;
  script: string[];
  kept?: (string | number)[][];
  plan: number[][];
  whole: boolean;
  ran: number;
  status: string | null;
}
interface Case {
  name: string;
  steps: Step[];
  shows: unknown[];
}

function after({ steps }: Case): EditorState {
  let state = EditorState.create({ doc: "", extensions: [results()] });
  for (const { run: runId, script, plan, whole, ran, status, kept: staying = [] } of steps) {
    state = state.update({ changes: changesBetween(state.doc, Text.of(script)) }).state;
    const range = (lineStart: number, lineEnd: number) => {
      const [from, to] = [state.doc.line(lineStart).from, state.doc.line(lineEnd).to];
      return { from, to, source: state.doc.sliceString(from, to) };
    };
    const statements = plan.map((span, index) => {
      const [lineStart, lineEnd] = span as [number, number];
      const { from, to, source } = range(lineStart, lineEnd);
      const nodeIndex = staying.length + index;
      return { from, to, result: waiting(runId, { nodeIndex, lineStart, lineEnd, source }) };
    });
    const kept = staying.map((one) => {
      const [runId, nodeIndex, lineStart, lineEnd] = one as [string, number, number, number];
      const { from, to, source } = range(lineStart, lineEnd);
      return { from, to, kept: { runId, nodeIndex, lineStart, lineEnd, source } };
    });
    state = state.update({ effects: planResults.of({ statements, whole, kept }) }).state;
    const events = plan.slice(0, ran).flatMap((span, index): StatementEvent[] => {
      const nodeIndex = staying.length + index;
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

test.each<Case>(cases)("$name", (one) => {
  const state = after(one);
  const shown = resultsOf(state).map(({ from, to, result, stale }) => {
    const [first, last] = [state.doc.lineAt(from).number, state.doc.lineAt(to).number];
    return [result.runId, first, last, result.state, stale];
  });
  expect(shown).toEqual(one.shows);
});
