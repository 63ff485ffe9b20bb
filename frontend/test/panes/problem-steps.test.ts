import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { signal } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";
import type { RunOutcome } from "../../src/editor/results/run-outcome";
import type { Problem } from "../../src/language/findings/problem";
import { ProblemSteps } from "../../src/panes/ending/problem-steps";

const outcome = signal<RunOutcome | null>(null);
let run: object | null;
let seen: string[];
let editor: EditorView;
let steps: ProblemSteps;

const problem = (from: number) =>
  ({ from, to: from + 1, severity: "error", message: "It is so." }) as Problem;

beforeEach(() => {
  editor = new EditorView({ state: EditorState.create({ doc: "a\nb\nc\nd\n" }) });
  [seen, run, outcome.value] = [[], null, null];
  const goTo = (words: string, anchor: number) => {
    seen.push(words);
    editor.dispatch({ selection: { anchor } });
  };
  const failed = {
    outcome,
    goTo: () => goTo("outcome", editor.state.doc.line(outcome.peek()?.line ?? 1).from),
  };
  steps = new ProblemSteps({
    editor: () => editor,
    ended: Object.defineProperty(failed, "of", { get: () => run }) as typeof failed & { of: object | null },
    problems: signal([problem(0), problem(2), problem(6)]),
    goToProblem: ({ from }) => goTo(String(from), from),
    announce: () => undefined,
  });
});

function step(...directions: (1 | -1)[]): string[] {
  for (const direction of directions) steps.step(direction);
  return seen;
}

test("without a run, one goes from problem to problem and around", () => {
  expect(step(1, 1, 1, -1, -1)).toEqual(["2", "6", "0", "6", "2"]);
});

test("the error of the last run comes first, and is one among the problems then", () => {
  run = {};
  outcome.value = { kind: "error", well: false, headline: "", words: "", line: 3 };
  expect(step(1, 1, -1, -1)).toEqual(["outcome", "6", "outcome", "2"]);
  run = {};
  expect(step(-1).at(-1)).toBe("outcome");
});

test("a question is gone to whenever there is one", () => {
  run = {};
  outcome.value = { kind: "asks", well: false, headline: "", words: "", line: 1 };
  expect(step(1, 1)).toEqual(["outcome", "outcome"]);
});
