/** The results of a script, and where they belong. */
import type { Text } from "@codemirror/state";
import { ERROR_FORMAT, readReport } from "../../output/error/error-report";
import { formatsOf } from "../../output/rendering/item-data";
import type { Result } from "../../session/results";
import type { PlacedResult } from "./placed-results";

/** The results of the script, sorted by place. */
export class Results {
  constructor(readonly placed: readonly PlacedResult[]) {}

  /** The result whose lines include *position*; of several, the last. */
  at(position: number): PlacedResult | null {
    let [low, high] = [0, this.placed.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.placed[middle] as PlacedResult).from <= position) low = middle + 1;
      else high = middle;
    }
    const found = this.placed[low - 1];
    return found && found.to >= position ? found : null;
  }
}

/** Whether *result* is that of nothing but prose, which is shown below it. */
function isProseResult({ state, output, source }: Result): boolean {
  return (
    state !== "failed" &&
    output.length === 1 &&
    output[0] !== undefined &&
    formatsOf(output[0]).includes("text/markdown") &&
    /^(?:[rf]|rf|fr)?["']/i.test(source)
  );
}

/** Whether the statement is nothing but prose, and what is shown of it is the present text's. */
export function isProse({ result, earlier, stale, from, to }: PlacedResult): boolean {
  if (stale || from === to || result.beforeReset) return false;
  // One that runs again goes on showing what it showed.
  const [before] = earlier;
  if (result.output.length === 0 && before && earlier.length === 1)
    return before.result.source === result.source && isProseResult(before.result);
  return isProseResult(result);
}

/** Where the line begins that the error names, within the statement; else the statement itself. */
export function failedLine({ from, to, result }: PlacedResult, doc: Text): number {
  const error = result.output.find((item) => item.type === "error");
  const frame = readReport(error?.data?.[ERROR_FORMAT])?.frames.find(({ inScript }) => inScript);
  if (!frame) return from;
  const number = doc.lineAt(from).number + frame.line - result.lineStart;
  const line = number >= 1 && number <= doc.lines ? doc.line(number) : null;
  return line && line.from >= from && line.to <= to ? line.from : from;
}
