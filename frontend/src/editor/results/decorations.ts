/** What results look like in the text: marked lines, short values at their ends, outputs below or room for the column. */
import type { Text } from "@codemirror/state";
import { Decoration, type DecorationSet, type WidgetType } from "@codemirror/view";
import { ERROR_FORMAT, readReport } from "../../output/error/error-report";
import { inlineText } from "../../output/render";
import { formatsOf } from "../../output/rendering/item-data";
import { visible } from "../../session/figures";
import { isInterrupted, type Result } from "../../session/results";
import { FigureStep, stepsOf } from "./figure-step";
import type { Layout } from "./layout";
import { isInline, type PlacedResult } from "./placed-results";
import { InlineValue, OutputBelow } from "./widgets";

/** The results of the script, sorted by place, and what they look like. */
export class Results {
  readonly #drawn = new Map<Layout, DecorationSet>();

  constructor(
    readonly placed: readonly PlacedResult[],
    private readonly doc: Text,
  ) {}

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

  decorations(layout: Layout): DecorationSet {
    let drawn = this.#drawn.get(layout);
    if (!drawn) {
      drawn = Decoration.set(
        this.placed.flatMap((one, index) => [
          ...linesOf(one, this.doc),
          ...stepMarks(one, this.doc),
          ...(layout === "below" ? outputOf(one) : spacerOf(one, this.#sharesLine(index), this.doc)),
        ]),
        true,
      );
      this.#drawn.set(layout, drawn);
    }
    return drawn;
  }

  #sharesLine(index: number): boolean {
    const { from, to } = this.placed[index] as PlacedResult;
    const [before, after] = [this.placed[index - 1], this.placed[index + 1]];
    return (before !== undefined && before.to >= from) || (after !== undefined && after.from <= to);
  }
}

/** CodeMirror orders widgets at one position by a number up to 10,000. */
const MAX_SIDES = 9000;
/** Characters that fit into a column of any width. */
const MAX_SHORT = 30;
const errorLine = Decoration.line({ class: "rdit-error-line" });
const proseLine = Decoration.line({ class: "rdit-prose-line" });
const staleLine = Decoration.line({ class: "rdit-stale-line" });

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

/** What shows in the lines of the statement itself. */
function linesOf(placed: PlacedResult, doc: Text) {
  const found = [];
  const { result, stale } = placed;
  if (result.state === "failed" && !stale && !result.beforeReset && !isInterrupted(result))
    found.push(errorLine.range(failedLine(placed, doc)));
  if (stale) found.push(staleLine.range(placed.from));
  else if (isProse(placed))
    for (let at = placed.from; at <= placed.to; at = doc.lineAt(at).to + 1) found.push(proseLine.range(at));
  return found;
}

function stepMarks(placed: PlacedResult, doc: Text) {
  const line = doc.lineAt(placed.to).number;
  return stepsOf(placed).map((item) => attached(placed, new FigureStep(item, line), false));
}

function outputOf(placed: PlacedResult) {
  const widget = isInline(placed) ? new InlineValue(placed) : OutputBelow.of(placed);
  return widget ? [attached(placed, widget, widget instanceof OutputBelow)] : [];
}

function spacerOf(placed: PlacedResult, shares: boolean, doc: Text) {
  // A short value is no taller than its line, unless it is too long for a narrow column.
  const isShort = isInline(placed) && (inlineText(visible(placed.result.output))?.length ?? 0) <= MAX_SHORT;
  const output = isShort && !shares ? null : OutputBelow.of(placed);
  const lines = doc.lineAt(placed.to).number - doc.lineAt(placed.from).number + 1;
  return output ? [attached(placed, output.spacer(lines), true)] : [];
}

function attached(placed: PlacedResult, widget: WidgetType, block: boolean) {
  // Several statements on one line show their output in their own order.
  const side = 1 + (placed.result.nodeIndex % MAX_SIDES);
  return Decoration.widget({ widget, block, side }).range(placed.to);
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
