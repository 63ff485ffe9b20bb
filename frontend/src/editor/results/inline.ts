/** Which results stand at the end of their statement's last line: by what they show, whenever it arrived. */
import { inlineText } from "../../output/render";
import { visible } from "../../session/figures";
import type { PlacedResult } from "./placed-results";

/** Whether the value stands at the end of the statement's last line. */
export function isInline(placed: PlacedResult): boolean {
  const { result, earlier, below } = placed;
  if (result.input) return false;
  const output = visible(result.output);
  if (output.length === 0 && earlier.length > 0) return earlier.every(isInline);
  if (inlineText(output) === null) return false;
  if (result.state === "done") return true;
  // What runs on and has been below, or is likely to write more than one line, is not moved back and forth.
  return result.state === "running" && !below && !result.source.includes("\n");
}
