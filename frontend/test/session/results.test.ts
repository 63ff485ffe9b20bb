import { expect, test } from "vitest";
import type { OutputItem } from "../../src/backend/types";
import {
  type Result,
  restored,
  type StatementEvent,
  staying,
  waiting,
  withEvents,
} from "../../src/session/results";

const at = { runId: "r", nodeIndex: 0 };
const fresh = waiting("r", { nodeIndex: 0, lineStart: 1, lineEnd: 1, source: "x" });
const start: StatementEvent = { type: "start", ...at, lineStart: 1, lineEnd: 1, startedAt: 0 };
const end: StatementEvent = {
  type: "result",
  ...at,
  lineStart: 1,
  lineEnd: 1,
  isInvisible: false,
  durationMs: 12,
  endedAt: 0,
};

function wrote(
  index: number,
  item: OutputItem,
  more: { replaceFrom?: number; omitted?: number } = {},
): StatementEvent {
  return { type: "output", ...at, index, item, ...more };
}

function texts(result: Result): string[] {
  return result.output.map(({ text }) => text);
}

test("a statement runs from its start to its result", () => {
  const running = withEvents(fresh, [start], 100);
  expect([running.state, running.startedAt]).toEqual(["running", 100]);
  const done = withEvents(running, [end], 112);
  expect([done.state, done.durationMs]).toEqual(["done", 12]);
});

test("pieces of one item become one text, and other items stand beside it", () => {
  const result = withEvents(
    fresh,
    [
      start,
      wrote(0, { type: "stdout", text: "a" }),
      wrote(1, { type: "stderr", text: "!" }),
      wrote(0, { type: "stdout", text: "b" }),
    ],
    0,
  );
  expect(texts(result)).toEqual(["ab", "!"]);
});

test("a piece may replace the end of the text", () => {
  const result = withEvents(
    fresh,
    [
      wrote(0, { type: "stdout", text: "head 10%" }),
      wrote(0, { type: "stdout", text: "20%" }, { replaceFrom: 5 }),
    ],
    0,
  );
  expect(texts(result)).toEqual(["head 20%"]);
});

test("what the window leaves out is noted where it is missing", () => {
  const result = withEvents(
    fresh,
    [
      wrote(0, { type: "stdout", text: "head" }),
      wrote(0, { type: "stdout", text: "tail" }, { replaceFrom: 4, omitted: 1234567 }),
    ],
    0,
  );
  expect(result.output).toEqual([{ type: "stdout", text: "headtail", cutAt: 4, omitted: 1234567 }]);
});

test("a display that is updated is replaced with its data", () => {
  const result = withEvents(
    fresh,
    [
      wrote(0, { type: "display", text: "one", data: { "text/html": "<b>1</b>" }, displayId: "d" }),
      wrote(0, { type: "display", text: "two", data: { "text/html": "<b>2</b>" } }, { replaceFrom: 0 }),
    ],
    0,
  );
  expect(result.output).toEqual([
    { type: "display", text: "two", data: { "text/html": "<b>2</b>" }, displayId: "d" },
  ]);
});

test("a long error keeps its data when only the end of its text changes", () => {
  const result = withEvents(
    fresh,
    [
      wrote(0, { type: "error", text: "abc", data: { frames: [] } }),
      wrote(0, { type: "error", text: "x" }, { replaceFrom: 1 }),
    ],
    0,
  );
  expect(result.output).toEqual([{ type: "error", text: "ax", data: { frames: [] } }]);
});

test("a statement that shows an error has failed", () => {
  expect(
    withEvents(fresh, [start, wrote(0, { type: "error", text: "ZeroDivisionError" }), end], 0).state,
  ).toBe("failed");
});

test("clearing forgets what was shown, and items are counted anew", () => {
  const result = withEvents(
    fresh,
    [
      wrote(0, { type: "stdout", text: "old" }),
      { type: "clear", ...at },
      wrote(0, { type: "stdout", text: "new" }),
    ],
    0,
  );
  expect(texts(result)).toEqual(["new"]);
});

test("a statement asks until the question is over, also when a thread of it asks on", () => {
  const asking = withEvents(
    fresh,
    [start, { type: "input", ...at, question: 1, prompt: "PIN ", password: true }],
    0,
  );
  expect(asking.input).toEqual({ number: 1, prompt: "PIN ", password: true });
  expect(withEvents(asking, [{ type: "input-done", ...at }], 0).input).toBeNull();
  expect(withEvents(asking, [end], 0).input).toEqual(asking.input);
});

test("events leave the result they came to as it was", () => {
  const one = withEvents(fresh, [start, wrote(0, { type: "stdout", text: "a" })], 0);
  withEvents(one, [wrote(0, { type: "stdout", text: "b" })], 0);
  expect(texts(one)).toEqual(["a"]);
});

test("a page that comes later counts the time from the statement's start", () => {
  const result = restored(
    {
      ...at,
      lineStart: 1,
      lineEnd: 1,
      source: "x",
      state: "running",
      output: [],
      isInvisible: true,
      stale: false,
      importsChanged: false,
      runningMs: 300,
    },
    1000,
  );
  expect(result.startedAt).toBe(700);
});

test("what replaces text behind the cut leaves the cut, and what replaces the cut takes it away", () => {
  const cut = withEvents(
    fresh,
    [
      start,
      wrote(0, { type: "stdout", text: "head" }),
      wrote(0, { type: "stdout", text: "bar 1" }, { replaceFrom: 4, omitted: 9 }),
      wrote(0, { type: "stdout", text: "bar 2" }, { replaceFrom: 4, omitted: 11 }),
      wrote(0, { type: "stdout", text: "3" }, { replaceFrom: 8 }),
    ],
    0,
  );
  expect(cut.output[0]).toMatchObject({ text: "headbar 3", cutAt: 4, omitted: 11 });
  const whole = withEvents(cut, [wrote(0, { type: "stdout", text: "new" }, { replaceFrom: 0 })], 0);
  expect(whole.output[0]).toEqual({ type: "stdout", text: "new", cutAt: null, omitted: null });
});

test("a result that a fresh run keeps has the lines and the source of now, and no changed files", () => {
  const before = {
    ...waiting("r1", { nodeIndex: 0, lineStart: 1, lineEnd: 1, source: "x" }),
    changedFiles: ["data.csv"],
    changedImports: ["helper.py"],
  };
  const kept = { runId: "r1", nodeIndex: 0, lineStart: 4, lineEnd: 4, source: "x  # c" };
  expect(staying(before, kept)).toMatchObject({
    id: "r1:0",
    source: "x  # c",
    lineStart: 4,
    changedFiles: [],
    changedImports: [],
  });
});

test("a result knows what its statement was answered, and that it asks again", () => {
  const at = { runId: "r1", nodeIndex: 0 };
  const given = { prompt: "name? ", text: "Ann", number: 0, given: true };
  const asked = { type: "input", ...at, question: 1, prompt: "more? ", password: false } as const;
  const result = withEvents(
    waiting("r1", { nodeIndex: 0, lineStart: 1, lineEnd: 1, source: "x" }),
    [asked, { type: "input-done", ...at, answer: given }],
    0,
  );
  expect(result.answers).toEqual([given]);
  expect(result.input).not.toBeNull();
});
