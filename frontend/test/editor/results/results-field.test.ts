import { history, redo, undo } from "@codemirror/commands";
import {
  type ChangeSpec,
  EditorState,
  type StateEffect,
  Text,
  type TransactionSpec,
} from "@codemirror/state";
import { beforeEach, describe, expect, test } from "vitest";
import type { OutputItem } from "../../../src/backend/types";
import { decorations } from "../../../src/editor/results/decorations";
import type { PlannedResult } from "../../../src/editor/results/placed-results";
import {
  endRun,
  planResults,
  resetResults,
  results,
  resultsField,
  resultsOf,
  setAside,
  setResults,
  updateResults,
} from "../../../src/editor/results/results-field";
import { resultId, type StatementEvent, waiting } from "../../../src/session/results";

let state: EditorState;

function open(text: string): void {
  state = EditorState.create({ doc: text, extensions: [results(), decorations(), history()] });
}

function dispatch(...specs: TransactionSpec[]): void {
  state = state.update(...specs).state;
}

function effects(...all: StateEffect<unknown>[]): void {
  dispatch({ effects: all });
}

function edit(changes: ChangeSpec): void {
  dispatch({ changes });
}

/** The place of *line* (or of the lines from it to *last*) in the present text. */
function planned(runId: string, nodeIndex: number, line: number, last = line): PlannedResult {
  const { doc } = state;
  const [from, to] = [doc.line(line).from, doc.line(last).to];
  const source = doc.sliceString(from, to);
  return { from, to, result: waiting(runId, { nodeIndex, lineStart: line, lineEnd: last, source }) };
}

function plan(runId: string, lines: (number | [number, number])[], whole = false): void {
  const statements = lines.map((line, index) =>
    typeof line === "number" ? planned(runId, index, line) : planned(runId, index, ...line),
  );
  effects(planResults.of({ statements, whole }));
}

function start(runId: string, nodeIndex: number): StatementEvent {
  return { type: "start", runId, nodeIndex, lineStart: 0, lineEnd: 0, startedAt: 0 };
}

function output(runId: string, nodeIndex: number, item: OutputItem): StatementEvent {
  return { type: "output", runId, nodeIndex, index: 0, item };
}

function end(runId: string, nodeIndex: number): StatementEvent {
  return {
    type: "result",
    runId,
    nodeIndex,
    lineStart: 0,
    lineEnd: 0,
    isInvisible: false,
    durationMs: 1,
    endedAt: 0,
  };
}

function happen(...events: StatementEvent[]): void {
  effects(updateResults.of({ events, now: 0 }));
}

/** A run of statements that each print their number. */
function run(runId: string, lines: (number | [number, number])[]): void {
  plan(runId, lines);
  lines.forEach((_, index) => {
    const text = `${runId}:${index}`;
    happen(start(runId, index), output(runId, index, { type: "stdout", text }), end(runId, index));
  });
  effects(endRun.of({ runId }));
}

/** What stands where: `2 done r1:0`. */
function seen(): string[] {
  return resultsOf(state).map(({ from, to, result, stale }) => {
    const [first, last] = [state.doc.lineAt(from).number, state.doc.lineAt(to).number];
    const lines = first === last ? `${first}` : `${first}-${last}`;
    return [lines, result.state, ...result.output.map((item) => item.text), stale ? "stale" : ""]
      .join(" ")
      .trim();
  });
}

beforeEach(() => open("a\nb\nif c:\n    d\ne"));

describe("a run", () => {
  test("waits, runs and ends at its lines", () => {
    plan("r1", [1, [3, 4]]);
    expect(seen()).toEqual(["1 waiting", "3-4 waiting"]);
    happen(start("r1", 0));
    expect(seen()).toEqual(["1 running", "3-4 waiting"]);
    happen(output("r1", 0, { type: "stdout", text: "x" }), end("r1", 0));
    expect(seen()).toEqual(["1 done x", "3-4 waiting"]);
  });

  test("fails at the statement that shows an error", () => {
    plan("r1", [1]);
    happen(start("r1", 0), output("r1", 0, { type: "error", text: "NameError" }), end("r1", 0));
    expect(seen()).toEqual(["1 failed NameError"]);
  });

  test("replaces what the same lines showed, and nothing else", () => {
    run("r1", [1, 2]);
    run("r2", [2]);
    expect(seen()).toEqual(["1 done r1:0", "2 done r2:0"]);
  });

  test("of the whole script leaves nothing of what was there before", () => {
    run("r1", [1, 2]);
    edit({ from: 2, to: 3, insert: "# b" });
    plan("r2", [1, [3, 4], 5], true);
    expect(seen()).toEqual(["1 waiting", "3-4 waiting", "5 waiting"]);
  });

  test("keeps what was shown until it has something to show", () => {
    run("r1", [1]);
    plan("r2", [1]);
    happen(start("r2", 0));
    expect(resultsOf(state)[0]?.earlier.map(({ result }) => result.output[0]?.text)).toEqual(["r1:0"]);
    happen(output("r2", 0, { type: "stdout", text: "new" }));
    expect(resultsOf(state)[0]?.earlier).toEqual([]);
  });

  test("that ends before a statement's turn leaves that statement as it was", () => {
    run("r1", [1, 2, 5]);
    plan("r2", [1, 2, 5]);
    happen(start("r2", 0), output("r2", 0, { type: "error", text: "E" }), end("r2", 0));
    effects(endRun.of({ runId: "r2" }));
    expect(seen()).toEqual(["1 failed E", "2 done r1:1", "5 done r1:2"]);
  });

  test("that ends while a statement runs leaves no statement running", () => {
    plan("r1", [1]);
    happen(start("r1", 0));
    effects(endRun.of({ runId: "r1" }));
    expect(seen()).toEqual(["1 failed"]);
  });

  test("is not told apart from itself when its plan comes twice", () => {
    plan("r1", [1, 2]);
    happen(start("r1", 0));
    plan("r1", [1, 2]);
    expect(seen()).toEqual(["1 waiting", "2 waiting"]);
  });

  test("does not hear what an older run still says", () => {
    plan("r2", [1]);
    happen(output("r1", 0, { type: "stdout", text: "late" }));
    expect(seen()).toEqual(["1 waiting"]);
  });

  test("of two statements on one line keeps both", () => {
    open("a; b\nc");
    plan("r1", [1, 1]);
    happen(start("r1", 0), output("r1", 0, { type: "stdout", text: "A" }), end("r1", 0));
    happen(start("r1", 1), output("r1", 1, { type: "stdout", text: "B" }), end("r1", 1));
    expect(seen()).toEqual(["1 done A", "1 done B"]);
  });
});

describe("while the text is edited", () => {
  beforeEach(() => run("r1", [1, 2, [3, 4], 5]));

  test("results move with their lines", () => {
    edit({ from: 0, insert: "import x\n\n" });
    expect(seen()).toEqual(["3 done r1:0", "4 done r1:1", "5-6 done r1:2", "7 done r1:3"]);
  });

  test("a line that comes in above a statement, at its very start, pushes it down", () => {
    edit({ from: state.doc.line(2).from, insert: "\n" });
    expect(seen()).toEqual(["1 done r1:0", "3 done r1:1", "4-5 done r1:2", "6 done r1:3"]);
  });

  test("a line that comes in below a statement, at its very end, is not the statement's", () => {
    edit({ from: state.doc.line(2).to, insert: "\nnew" });
    expect(seen()[1]).toBe("2 done r1:1");
  });

  test("only the edited statement's result is stale", () => {
    edit({ from: state.doc.line(4).to, insert: "  + more" });
    expect(seen()).toEqual(["1 done r1:0", "2 done r1:1", "3-4 done r1:2 stale", "5 done r1:3"]);
  });

  test("a statement pushed down by what is typed before it, character by character, is as good as before", () => {
    for (const [at, character] of [..."import x\n"].entries()) edit({ from: 2 + at, insert: character });
    expect(seen()[1]).toBe("3 done r1:1");
  });

  test("a statement with new lines typed after it, character by character, is as good as before", () => {
    for (const [at, character] of [..." \nx"].entries()) edit({ from: 3 + at, insert: character });
    edit({ from: 3, to: 4 });
    expect(seen()[1]).toBe("2 done r1:1");
  });

  test("typing at the start of a statement makes it stale and leaves it its line", () => {
    edit({ from: 2, insert: "not_" });
    expect(seen()[1]).toBe("2 done r1:1 stale");
  });

  test("an edit that is taken back leaves the result as good as before", () => {
    edit({ from: 2, insert: "x" });
    edit({ from: 2, to: 3 });
    expect(seen()[1]).toBe("2 done r1:1");
  });

  test("a statement whose lines are split covers them all", () => {
    edit({ from: state.doc.line(4).from + 4, insert: "\n    " });
    expect(seen()[2]).toBe("3-5 done r1:2");
  });

  test("a statement that is laid out anew, or explained, is as good as before", () => {
    edit({ from: state.doc.line(4).to, insert: "  # why" });
    expect(seen()[2]).toBe("3-4 done r1:2");
  });

  test("a statement that is deleted takes its result with it", () => {
    edit({ from: 2, to: 4 });
    expect(seen()).toEqual(["1 done r1:0", "2-3 done r1:2", "4 done r1:3"]);
  });

  test("a statement whose text is deleted but for its empty line has no result either", () => {
    edit({ from: 2, to: 3 });
    expect(seen()).toEqual(["1 done r1:0", "3-4 done r1:2", "5 done r1:3"]);
  });

  test("a statement whose end undo brings back is as good as before", () => {
    edit({ from: state.doc.line(3).to, to: state.doc.line(4).to });
    expect(seen()[2]).toBe("3 done r1:2 stale");
    undo({ state, dispatch: (transaction) => (state = transaction.state) });
    expect(seen()[2]).toBe("3-4 done r1:2");
  });

  test("undo brings the result back with the statement, redo takes both away", () => {
    edit({ from: 2, to: 4 });
    undo({ state, dispatch: (transaction) => (state = transaction.state) });
    expect(seen()).toEqual(["1 done r1:0", "2 done r1:1", "3-4 done r1:2", "5 done r1:3"]);
    redo({ state, dispatch: (transaction) => (state = transaction.state) });
    expect(seen()).toEqual(["1 done r1:0", "2-3 done r1:2", "4 done r1:3"]);
  });

  test("deleting everything leaves nothing", () => {
    edit({ from: 0, to: state.doc.length });
    expect(seen()).toEqual([]);
  });
});

test("a page that is opened shows the results as they stand, stale ones as stale", () => {
  const one = planned("r1", 0, 1);
  const two = planned("r1", 1, 2);
  effects(setResults.of([one, { ...two, result: { ...two.result, state: "done", source: "B" } }]));
  expect(seen()).toEqual(["1 waiting", "2 done stale"]);
});

test("a reset leaves the results as what was before, and the next run sets them aside", () => {
  run("r1", [1, 2, 3]);
  effects(resetResults.of(null));
  const past = () => resultsOf(state).map(({ result }) => result.beforeReset);
  expect(past()).toEqual([true, true, true]);
  run("r2", [2]);
  expect(past()).toEqual([false]);
  edit({ from: 0, insert: "above\n" });
  const aside = state.field(setAside);
  expect(aside.map(({ from }) => state.doc.lineAt(from).number)).toEqual([2, 3, 4]);
});

test("what a reset finds waiting gives its place back first", () => {
  run("r1", [1]);
  plan("r2", [1, 2]);
  effects(resetResults.of(null));
  expect(resultsOf(state).map(({ result }) => [result.id, result.beforeReset])).toEqual([["r1:0", true]]);
});

test("results are found by any position of their lines", () => {
  run("r1", [1, [3, 4]]);
  const at = (line: number) => state.field(resultsField).at(state.doc.line(line).from)?.result.id ?? null;
  expect([1, 2, 3, 4, 5].map(at)).toEqual(["r1:0", null, "r1:1", "r1:1", null]);
});

test("what concerns neither text nor results leaves the field alone", () => {
  run("r1", [1]);
  const before = state.field(resultsField);
  dispatch({ selection: { anchor: 1 } });
  expect(state.field(resultsField)).toBe(before);
  expect(resultId({ runId: "r1", nodeIndex: 0 })).toBe(before.placed[0]?.result.id);
  expect(Text.of(["a"]).lines).toBe(1);
});

test("a page that comes while statements wait shows what they would replace, and keeps it if they never ran", () => {
  open("a\nb");
  run("r1", [1, 2]);
  const [, before] = resultsOf(state);
  effects(setResults.of([{ ...planned("r2", 1, 2), earlier: before ? [before] : [] }]));
  expect(resultsOf(state).map(({ result, earlier }) => [result.runId, earlier.length])).toEqual([["r2", 1]]);
  effects(endRun.of({ runId: "r2" }));
  expect(resultsOf(state).map(({ result }) => [result.runId, result.state])).toEqual([["r1", "done"]]);
});
