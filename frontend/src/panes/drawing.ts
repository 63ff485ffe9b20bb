/** What shows results, and what stands between the lines because of them: what `LateDrawing` loads. */
import type { Extension } from "@codemirror/state";
import { lookingBack } from "../editor/console/console";
import { differences } from "../editor/differences/differences";
import { printing } from "../editor/printing";
import { foldedProse } from "../editor/prose/folded-prose";
import { decorations } from "../editor/results/decorations";
import { inlineFit } from "../editor/results/inline-fit";

export { openConsole } from "../editor/console/console";
export { prepareFor, printScript } from "../editor/printing";
export { outputColumn } from "../editor/results/output-column";

export function drawing(): Extension {
  return [decorations(), differences(), lookingBack(), inlineFit(), foldedProse(), printing()];
}
