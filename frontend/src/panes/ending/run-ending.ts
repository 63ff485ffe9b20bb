import type { EditorView } from "@codemirror/view";
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { goToLine } from "../../editor/outline/go-to";
import { measureNow } from "../../editor/results/output-sizes";
import { outcomeOf, type RunOutcome } from "../../editor/results/run-outcome";
import { hasMoved } from "../../editor/sight/reader-scroll";
import { reveal } from "../../editor/sight/reveal";
import type { SessionState } from "../../session/reduce";

/** How the last run of a script ended or what it asks, and where that is in the present text. */
export class RunEnding {
  readonly outcome: Signal<RunOutcome | null> = signal(null);
  /** What is worth a word in the title. */
  readonly headline: ReadonlySignal<string> = computed(() => {
    const { value } = this.outcome;
    return value && !value.well ? value.headline : "";
  });

  constructor(
    private readonly session: ReadonlySignal<SessionState>,
    private readonly editor: () => EditorView,
  ) {}

  /** What the outcome is of; another object for another run. */
  get of(): object | null {
    return this.session.peek().input ?? this.session.peek().lastRun;
  }

  /** The text, the results or the session have changed. */
  settle(view: EditorView): void {
    const before = this.outcome.peek();
    const now = outcomeOf(this.session.peek(), view);
    if (now?.words !== before?.words || now?.line !== before?.line) this.outcome.value = now;
  }

  /** What did not go well comes into sight, once, unless the person has turned to some place since the run began. */
  show(): void {
    const outcome = this.outcome.peek();
    if (outcome === null || outcome.well || outcome.line === null || hasMoved(this.editor())) return;
    this.#reveal(outcome.line);
  }

  goTo(): void {
    const outcome = this.outcome.peek();
    if (outcome === null || outcome.line === null) return;
    if (outcome.kind === "asks") {
      this.#reveal(outcome.line, (question) => question?.focus());
      // Now rather than with the next frame: what is typed next is the answer.
      measureNow(this.editor());
    } else goToLine(this.editor(), outcome.line);
  }

  #reveal(line: number, then?: (question: HTMLInputElement | null) => void): void {
    const { doc } = this.editor().state;
    reveal(this.editor(), doc.line(Math.min(line, doc.lines)).from, then);
  }
}
