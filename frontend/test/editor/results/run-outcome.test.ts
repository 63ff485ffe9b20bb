import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OutputItem, RunEnd } from "../../../src/backend/types";
import { endRun, planResults, results, updateResults } from "../../../src/editor/results/results-field";
import { outcomeOf } from "../../../src/editor/results/run-outcome";
import { type StatementEvent, waiting } from "../../../src/session/results";

const LINES = ["import sys", "d = {}", "d['zz']", "sys.exit(2)"];
const session = {
  sessionId: "s",
  scriptPath: "a.py",
  root: "/work",
  rditVersion: "0.1",
  kernel: { state: "idle" as const, generation: 1 },
  queued: [],
  run: null,
  lastRun: null,
  input: null,
  arguments: null,
  argumentsWait: false,
  startedAnew: false,
  timeline: { ran: [], mixed: false, runId: null, broken: null },
  declined: null,
  follow: false,
};

let view: EditorView;
beforeEach(() => {
  view = new EditorView({ state: EditorState.create({ doc: LINES.join("\n"), extensions: [results()] }) });
});
afterEach(() => view.destroy());

/** A run of the first *count* lines, of which the last shows *item*. */
function ran(count: number, item: OutputItem | null, ending: Pick<RunEnd, "status" | "exitCode">) {
  const { doc } = view.state;
  const statements = LINES.map((source, nodeIndex) => {
    const { from, to } = doc.line(nodeIndex + 1);
    const lines = { lineStart: nodeIndex + 1, lineEnd: nodeIndex + 1 };
    return { from, to, result: waiting("r", { nodeIndex, ...lines, source }) };
  });
  const at = (nodeIndex: number) => ({ runId: "r", nodeIndex, lineStart: 0, lineEnd: 0 });
  const events: StatementEvent[] = [];
  for (let index = 0; index < count; index += 1) {
    events.push({ type: "start", ...at(index), startedAt: 0 });
    if (item && index === count - 1) events.push({ type: "output", ...at(index), index: 0, item });
    events.push({ type: "result", ...at(index), isInvisible: true, durationMs: 1, endedAt: 0 });
  }
  const { status, exitCode = null } = ending;
  view.dispatch({
    effects: [
      planResults.of({ whole: true, statements }),
      updateResults.of({ events, now: 0 }),
      endRun.of({ runId: "r", ending: { status, exitCode } }),
    ],
  });
  return { ...session, lastRun: { runId: "r", total: 4, finished: count, durationMs: 3000, ...ending } };
}

const error: OutputItem = { type: "error", text: "Traceback\n  File …\nKeyError: 'zz'" };

describe("a run that is over", () => {
  test.each([
    ["ok", null, 4, null, "4 statements, 3.0 s", null],
    ["error", null, 3, error, "Error, line 3: KeyError: 'zz'", 3],
    ["interrupted", null, 2, error, "Interrupted, line 2", 2],
    ["exited", 2, 4, null, "Exit 2, line 4", 4],
    ["exited", 0, 4, null, "Exit 0, line 4", 4],
    ["died", null, 1, error, "Kernel died, line 1", 1],
  ] as const)("(%s, %s) says how and where", (status, exitCode, count, item, words, line) => {
    const outcome = outcomeOf(ran(count, item, { status, exitCode }), view);
    expect([outcome?.words, outcome?.line]).toEqual([words, line]);
    expect(outcome?.well).toBe(status === "ok" || exitCode === 0);
  });

  test("is where its statement has moved to", () => {
    const state = ran(3, error, { status: "error" });
    view.dispatch({ changes: { from: 0, insert: "# above\n" } });
    expect(outcomeOf(state, view)?.headline).toBe("Error, line 4");
  });

  test("is still told when its statement is gone", () => {
    const state = ran(3, error, { status: "error" });
    view.dispatch({ changes: { from: 0, to: view.state.doc.length } });
    expect(outcomeOf(state, view)).toMatchObject({ words: "Error", line: null });
  });
});

test("a run that asks says where and what", () => {
  const state = {
    ...ran(2, null, { status: "ok" }),
    run: { runId: "r", total: 4, finished: 1, startedAt: 0 },
  };
  const input = {
    type: "input",
    runId: "r",
    nodeIndex: 1,
    question: 1,
    prompt: "Your guess? ",
    password: false,
  };
  expect(outcomeOf({ ...state, input: input as never }, view)?.words).toBe("Line 2 asks: Your guess?");
});
