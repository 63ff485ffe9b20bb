import { Facet } from "@codemirror/state";
import type { LookBackResponse } from "../../backend/types";
import type { RenderContext } from "../../output/rendering/rendering";

/** What the things within the editor may ask of the page. */
export interface PageContext extends RenderContext {
  /** Answer the `input()` that waits; null is end-of-file. */
  answer(text: string | null, question: number): void;
  /** Let the statement of a result ask what it was answered before. */
  askAgain(resultId: string): void;
  /** Evaluate *code* in the state as it was after the statement *nodeIndex* of the run. Rejects with the reason. */
  lookBack(nodeIndex: number, code: string): Promise<LookBackResponse>;
  /** End what `lookBack` evaluates, and what runs. */
  stop(): void;
  /** Show where a line of the script as a run was given it is now. */
  goToLineOf(runId: string, line: number, column?: number): void;
}

/** An editor without a page around it. */
const silent: PageContext = {
  goToLine: () => undefined,
  isScript: () => false,
  announce: () => undefined,
  resized: () => undefined,
  answer: () => undefined,
  askAgain: () => undefined,
  lookBack: () => Promise.reject(new Error("There is no kernel here.")),
  stop: () => undefined,
  goToLineOf: () => undefined,
};

/** The page around the editor; handed in once, when the editor is made. */
export const pageContext = Facet.define<PageContext, PageContext>({
  combine([context]) {
    return context ?? silent;
  },
});
