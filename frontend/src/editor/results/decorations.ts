/** What results look like in the text: marked lines, short values at their ends, outputs below or room for the column. */
import type { Extension, Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, type WidgetType } from "@codemirror/view";
import { inlineText } from "../../output/rendering/inline-text";
import { visible } from "../../session/figures";
import { isInterrupted } from "../../session/results";
import { FigureStep, stepsOf } from "./figure-step";
import { type Layout, layout } from "./layout";
import { isInline, type PlacedResult } from "./placed-results";
import { failedLine, isProse, type Results } from "./results";
import { resultsField } from "./results-field";
import { InlineValue, OutputBelow } from "./widgets";

const drawn = new WeakMap<Results, Map<Layout, DecorationSet>>();

/** What *results* look like in a layout; made once. */
function decorationsOf(results: Results, layout: Layout, doc: Text): DecorationSet {
  const made = drawn.get(results) ?? new Map<Layout, DecorationSet>();
  drawn.set(results, made);
  const present = made.get(layout);
  if (present) return present;
  const { placed } = results;
  const decorations = Decoration.set(
    placed.flatMap((one, index) => [
      ...linesOf(one, doc),
      ...stepMarks(one, doc),
      ...(layout === "below" ? outputOf(one) : spacerOf(one, sharesLine(placed, index), doc)),
    ]),
    true,
  );
  made.set(layout, decorations);
  return decorations;
}

/** The extension. */
export function decorations(): Extension {
  return EditorView.decorations.compute([resultsField, layout], (state) =>
    decorationsOf(state.field(resultsField), state.facet(layout), state.doc),
  );
}

function sharesLine(placed: readonly PlacedResult[], index: number): boolean {
  const { from, to } = placed[index] as PlacedResult;
  const [before, after] = [placed[index - 1], placed[index + 1]];
  return (before !== undefined && before.to >= from) || (after !== undefined && after.from <= to);
}

/** CodeMirror orders widgets at one position by a number up to 10,000. */
const MAX_SIDES = 9000;
/** Characters that fit into a column of any width. */
const MAX_SHORT = 30;
const errorLine = Decoration.line({ class: "rdit-error-line" });
const proseLine = Decoration.line({ class: "rdit-prose-line" });
const staleLine = Decoration.line({ class: "rdit-stale-line" });

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
