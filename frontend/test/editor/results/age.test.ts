import { Text } from "@codemirror/state";
import { describe, expect, test } from "vitest";
import { aged, ageWords } from "../../../src/editor/results/age";
import { type PlannedResult, settled } from "../../../src/editor/results/placed-results";
import { waiting } from "../../../src/session/results";

const doc = Text.of(["a = 1", "# about b", "b = a + 1", "", "c = b", "d = c"]);

/** The result of the statement at *line*, the *nodeIndex*th of the script, that ran at a moment. */
function ran(nodeIndex: number, line: number, ranAt: number | null, more: object = {}) {
  const { from, to, text: source } = doc.line(line);
  const info = { nodeIndex, lineStart: line, lineEnd: line, source };
  const state = ranAt === null ? ("waiting" as const) : ("done" as const);
  const planned: PlannedResult = { from, to, result: { ...waiting("r", info), state, ranAt, ...more } };
  return settled(planned, doc);
}

/** What each is older than. */
const ages = (...placed: Parameters<typeof aged>[0]) =>
  aged(placed, doc).map(({ older }) => older && `${older.line} ${older.why}`);

describe("the result of a statement", () => {
  test("that ran after all above it, unchanged since, is older than nothing", () => {
    expect(ages(ran(0, 1, 10), ran(1, 3, 20), ran(2, 5, 20), ran(3, 6, 30))).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  test("is older than the first line above that ran later", () => {
    expect(ages(ran(0, 1, 10), ran(1, 3, 50), ran(2, 5, 60), ran(3, 6, 40))).toEqual([
      null,
      null,
      null,
      "3 ran",
    ]);
    expect(ages(ran(0, 1, 90), ran(1, 3, 50), ran(2, 5, 95), ran(3, 6, 40))).toEqual([
      null,
      "1 ran",
      null,
      "1 ran",
    ]);
  });

  test("is not what it was once something above is edited, or is there that has not run", () => {
    expect(ages(ran(0, 1, 10, { source: "a = 2" }), ran(1, 3, 20))).toEqual([null, "1 edited"]);
    expect(ages(ran(0, 1, 10), ran(2, 5, 20), ran(3, 6, 30))).toEqual([
      null,
      "3 has not run",
      "3 has not run",
    ]);
    expect(ages(ran(0, 1, 10, { beforeReset: true }), ran(1, 3, 20))).toEqual([null, "1 has not run"]);
  });

  test("is not what it was once something above is gone", () => {
    expect(ages(ran(1, 1, 10), ran(2, 3, 20))).toEqual(["null others", "null others"]);
  });

  test("that waits or runs has no age", () => {
    expect(ages(ran(0, 1, 90), ran(1, 3, null), ran(2, 5, 10, { state: "running" }))).toEqual([
      null,
      null,
      null,
    ]);
  });

  test("is the error of the whole text where only the compiler finds it", () => {
    expect(ages(ran(0, 6, 10, { state: "failed" }))).toEqual([null]);
    expect(ages(ran(0, 1, 90), ran(1, 3, 10, { state: "failed" }))).toEqual([null, "1 ran"]);
  });
});

test("the words say which line and when", () => {
  const at = new Date(2026, 0, 2, 14, 2, 31).getTime();
  expect(ageWords({ line: 18, why: "ran", at })).toMatch(/^Older than line 18, which ran at .*02.31/);
  expect(ageWords({ line: 18, why: "edited", at: null })).toBe(
    "Older than line 18, which was edited and has not run since",
  );
  expect(ageWords(null)).toBe("");
});

test("what is as it was stays the same object", () => {
  const before = aged([ran(0, 1, 90), ran(1, 3, 10)], doc);
  expect(aged(before, doc)[1]).toBe(before[1]);
});
