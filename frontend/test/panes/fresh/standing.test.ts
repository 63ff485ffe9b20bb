import { Text } from "@codemirror/state";
import { describe, expect, test } from "vitest";
import type { PlacedResult } from "../../../src/editor/results/placed-results";
import { type Badge, type BadgeParts, badgeOf } from "../../../src/panes/fresh/badge";
import { standingOf } from "../../../src/panes/fresh/standing";
import type { Timeline } from "../../../src/session/reduce";
import { type Result, waiting } from "../../../src/session/results";

const doc = Text.of(["a = 1", "b = a", "# a comment", "c = b"]);
/** The statements of the text, from 0. */
const LINES = [1, 2, 4];
const statements = LINES.map((line) => ({ from: doc.line(line).from, to: doc.line(line).to }));

function placed(index: number, result: Partial<Result> = {}, more: Partial<PlacedResult> = {}): PlacedResult {
  const { from, to } = statements[index] as { from: number; to: number };
  const source = doc.sliceString(from, to);
  const line = LINES[index] as number;
  const base = waiting("r", { nodeIndex: index, lineStart: line, lineEnd: line, source });
  const done: Result = { ...base, state: "done", ranAt: 1000 + index, durationMs: 500, ...result };
  return { from, to, result: done, stale: false, older: null, earlier: [], below: false, ...more };
}

const RAN: Timeline = { ran: ["r:0", "r:1", "r:2"], mixed: false, runId: null, broken: null };
const ALL = [placed(0), placed(1), placed(2)];
const standing = (all: readonly PlacedResult[], timeline = RAN) => standingOf(all, doc, timeline, statements);

describe("how far a page is one run of its text", () => {
  test("all of it, when its results are those of the process's one run", () => {
    expect(standing(ALL)).toMatchObject({
      fresh: 3,
      behind: null,
      ends: null,
      ranAt: 1002,
      durationMs: 1500,
    });
  });

  test.each([
    ["an edit", placed(1, {}, { stale: true }), "edited", []],
    ["a data file", placed(1, { changedFiles: ["data.csv"] }), "file", ["data.csv"]],
    ["a module", placed(1, { changedImports: ["shop.py"] }), "module", ["shop.py"]],
    ["a reset", placed(1, { beforeReset: true }), "reset", []],
    ["another run of it", placed(1, { id: "x:1" }), "others", []],
  ] as const)("up to where %s says otherwise", (_, one, why, files) => {
    expect(standing([placed(0), one, placed(2)])).toMatchObject({
      fresh: 1,
      behind: { line: 2, why, files, count: 2, isShown: true },
    });
  });

  test("up to a statement that was ended before it was done", () => {
    const ended = placed(1, { ending: { status: "interrupted", exitCode: null } });
    expect(standing([placed(0), ended], { ...RAN, ran: ["r:0"] }).behind).toMatchObject({
      line: 2,
      why: "ended",
    });
  });

  test("up to what has no result, comments apart", () => {
    expect(standing([placed(0), placed(1)]).behind).toMatchObject({
      line: 4,
      why: "has not run",
      isShown: false,
    });
    expect(standing([placed(0), placed(2)]).behind).toMatchObject({ line: 2, isShown: true });
  });

  test("up to an exception, below which nothing is reached", () => {
    const timeline = { ...RAN, ran: ["r:0", "r:1"] };
    expect(standing([placed(0), placed(1, { state: "failed" })], timeline)).toMatchObject({
      fresh: 2,
      behind: null,
      ends: 2,
    });
  });

  test("not where statements ran in console mode", () => {
    expect(standing([placed(0), placed(1, { id: "x:1" })], { ...RAN, mixed: true }).behind?.why).toBe(
      "console",
    );
  });

  test("is not counted while the parser takes too long", () => {
    expect(standingOf([placed(0)], doc, RAN, null).behind?.count).toBeNull();
  });
});

const PARTS: BadgeParts = {
  standing: standing(ALL),
  progress: null,
  isFollowing: false,
  isCatchingUp: false,
  isVerifying: false,
  isConsole: false,
  question: null,
  problem: null,
  verified: null,
  declined: null,
};
const badge = (parts: Partial<BadgeParts>): Badge => badgeOf({ ...PARTS, ...parts });
const edited = standing([placed(0), placed(1, {}, { stale: true }), placed(2)]);

describe("the badge", () => {
  test.each<[string, Partial<BadgeParts>, RegExp, string | null]>([
    ["fresh", {}, /^Fresh: one run of this text, \d/, null],
    ["verified", { verified: [] }, /^Verified: one run of this text, \d/, null],
    ["differs", { verified: [2] }, /^1 output differs in a fresh process$/, "Hide"],
    ["behind", { standing: edited }, /^2 statements behind$/, "Catch up"],
    ["partly", { standing: standing([placed(0)]) }, /^Line 2 on: not caught up$/, "Catch up"],
    ["runs", { progress: { done: 62, total: 77 }, isFollowing: true }, /^Following… 62 of 77$/, null],
    ["runs", { progress: { done: 62, total: 77 } }, /^Running… 62 of 77$/, null],
    ["runs", { standing: edited, isCatchingUp: true }, /^Following…$/, null],
    ["not-run", { standing: standing([]) }, /^Not run$/, null],
    // The text does not compile, and it is the first that was to run.
    ["not-run", { standing: standing([placed(1)], { ...RAN, ran: [], broken: "r" }) }, /^Not run$/, null],
    ["mixed", { standing: standing(ALL, { ...RAN, mixed: true }) }, /^Mixed runs$/, "Run afresh"],
    [
      "earlier",
      { standing: standing(ALL, { ...RAN, ran: [] }) },
      /^From an earlier process, \d/,
      "Run afresh",
    ],
    ["console", { isConsole: true }, /^Console mode$/, "Back to fresh runs"],
  ])("says %s", (kind, parts, text, verb) => {
    expect(badge(parts)).toMatchObject({ kind, text: expect.stringMatching(text) });
    expect(badge(parts).verb?.label ?? null).toBe(verb);
  });

  test("asks before anything else", () => {
    const question = { words: "14 s to catch up", short: "14 s", details: [], sources: [] };
    expect(badge({ question, standing: edited })).toMatchObject({
      kind: "asks",
      text: "14 s to catch up",
      verb: { label: "Go on", cure: "go on" },
    });
  });

  test("counts one statement as one, and says nothing of time that was none", () => {
    expect(badge({ standing: standing([placed(0)]) }).details.join()).toMatch(
      /1 statement is as one run of this text gives it/,
    );
    const quick = standing([placed(0, { durationMs: 0 })]);
    expect(badge({ standing: quick }).details).toContain("1 statement is as one run of this text gives it.");
  });

  test("does not say of what runs that it has not run", () => {
    const half = standing([placed(0)]);
    expect(badge({ standing: half }).details.join()).toContain("Line 2 has not run yet.");
    expect(badge({ standing: half, progress: { done: 2, total: 3 } }).details.join()).not.toContain(
      "not run",
    );
  });

  test("says why a statement is not fresh, what is wrong with the text, and from where edits run again", () => {
    const read = standing([placed(0), placed(1, { changedFiles: ["a.csv", "b.csv", "c.csv"] })]);
    const { details } = badge({
      standing: read,
      problem: { line: 4, text: "invalid syntax" },
      declined: { line: 1, reason: "the threads of polars cannot be copied" },
    });
    expect(details).toContain("Line 2 read a.csv, b.csv and 1 more, which changed since.");
    expect(details.join()).toContain("Line 4 cannot run: invalid syntax.");
    expect(details).toContain(
      "Edits below line 1 run again from there: the threads of polars cannot be copied.",
    );
  });
});
