/** A script on paper. */
import type { EditorView } from "@codemirror/view";
import { preload } from "../output/render";
import { printWhole } from "../output/rendering/printing";
import { whenIdle } from "../ui/when-idle";
import { resultsOf } from "./results/results-field";

/** Print the text of *view* with all of its results. */
export function printScript(view: EditorView): Promise<void> {
  return printWhole(view.dom);
}

/** Load what the outputs in *view* need that are out of sight, while nobody waits: the page may be printed at any time. */
export function preloadFor({ state }: EditorView): void {
  whenIdle(() => {
    // What cannot be loaded now is loaded when it is shown, and says so there if that fails too.
    preload(resultsOf(state).flatMap(({ result }) => result.output)).catch(() => undefined);
  });
}
