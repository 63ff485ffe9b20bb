import type { EditorView } from "@codemirror/view";
import type { ReadonlySignal } from "@preact/signals";
import type { Problem } from "../../language/findings/problem";
import { nextStop, type Stop } from "../../language/findings/stepping";
import type { RunEnding } from "./run-ending";

export interface ProblemStepsParts {
  editor(): EditorView;
  readonly ended: Pick<RunEnding, "outcome" | "of" | "goTo">;
  readonly problems: ReadonlySignal<readonly Problem[]>;
  goToProblem(problem: Problem): void;
  /** Let a screen reader say *text*. */
  announce(text: string): void;
}

/** Steps from problem to problem: what the last run ended with first, then by the lines of the text. */
export class ProblemSteps {
  /** The run whose outcome was gone to last. */
  #visited: object | null = null;

  constructor(private readonly parts: ProblemStepsParts) {}

  step(direction: 1 | -1): void {
    const { parts } = this;
    const { of: run, outcome: known } = parts.ended;
    const outcome = known.peek();
    const line = outcome?.line ?? null;
    if (outcome && line !== null && (outcome.kind === "asks" || run !== this.#visited)) {
      this.#visited = run;
      parts.ended.goTo();
      return;
    }
    const { doc, selection } = parts.editor().state;
    const problems = parts.problems.peek();
    const ending: Stop[] = line === null ? [] : [{ from: doc.line(Math.min(line, doc.lines)).from }];
    const stop = nextStop<Stop | Problem>([...ending, ...problems], selection.main.head, direction);
    if (!stop) parts.announce("No problem is known.");
    else if (!("severity" in stop)) parts.ended.goTo();
    else {
      const place = `Problem ${problems.indexOf(stop) + 1} of ${problems.length}`;
      parts.announce(`${place}, line ${doc.lineAt(stop.from).number}: ${stop.message}`);
      parts.goToProblem(stop);
    }
  }
}
