/** Whether a fresh process shows the same: asked for by a person, and true until something else has run. */
import type { EditorView } from "@codemirror/view";
import { type Signal, signal } from "@preact/signals";
import { type Difference, setDifferences } from "../../editor/differences/found-differences";
import { resultsOf } from "../../editor/results/results-field";
import { resultId } from "../../session/results";
import type { Session } from "../../session/session";
import { differWords } from "./badge";

export interface VerificationParts {
  readonly session: Pick<Session, "backend" | "state">;
  editor(): EditorView;
  announce(text: string): void;
  report(subject: string, error: unknown): void;
}

export class Verification {
  readonly isUnderWay: Signal<boolean> = signal(false);
  /** What was compared, and the results that differ. */
  readonly #found: Signal<{ ran: readonly string[]; differing: readonly string[] } | null> = signal(null);

  constructor(private readonly parts: VerificationParts) {}

  /** The lines of what differs, none where all is equal; null where *ran* is not what was compared. */
  linesOf(ran: readonly string[]): readonly number[] | null {
    const found = this.#found.value;
    if (!found || found.ran !== ran) return null;
    const { state } = this.parts.editor();
    return resultsOf(state)
      .filter(({ result }) => found.differing.includes(result.id))
      .map(({ from }) => state.doc.lineAt(from).number);
  }

  begin(): void {
    if (this.isUnderWay.peek()) return;
    const { announce, report } = this.parts;
    this.hide();
    this.isUnderWay.value = true;
    announce("Verifying in a fresh process beside");
    this.#verify()
      .catch((error: unknown) => report("request", error))
      .finally(() => {
        this.isUnderWay.value = false;
      });
  }

  /** Show the differences no longer. */
  hide(): void {
    this.#found.value = null;
    this.parts.editor().dispatch({ effects: setDifferences.of([]) });
  }

  async #verify(): Promise<void> {
    const { session, editor, announce } = this.parts;
    const { ran } = session.state.peek().timeline;
    const { same, status, differences } = await session.backend.verify();
    if (status === "interrupted") return announce("The verification was stopped");
    const byId = new Map(differences.map((one) => [resultId(one), one]));
    const shown = resultsOf(editor().state).flatMap(({ result, to }): Difference[] => {
      const one = byId.get(result.id);
      return one ? [{ at: to, runId: result.runId, shown: one.shown, fresh: one.fresh ?? null }] : [];
    });
    this.#found.value = { ran, differing: [...byId.keys()] };
    editor().dispatch({ effects: setDifferences.of(shown) });
    announce(same ? "Verified: a fresh process shows the same" : differWords(differences.length));
  }
}
