import { invertedEffects } from "@codemirror/commands";
import {
  type ChangeDesc,
  type EditorState,
  type Extension,
  StateEffect,
  StateField,
  type Text,
  type Transaction,
} from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, type WidgetType } from "@codemirror/view";
import type { StatementName } from "../../backend/types";
import { ERROR_FORMAT, readReport } from "../../output/error/error-report";
import { type Result, resultId, type StatementEvent, withEvents } from "../../session/results";
import { type Layout, layout } from "./layout";
import { carry } from "./measured-heights";
import { InlineValue, isInline, OutputBelow } from "./widgets";

/** A result and the lines of its statement: from the start of the first to the end of the last. */
export interface PlacedResult {
  readonly from: number;
  readonly to: number;
  readonly result: Result;
  /** Whether the statement was edited since it ran. */
  readonly stale: boolean;
  /** What an earlier run of the same lines left; shown until this one has something to show, and again if it never ran. */
  readonly earlier: readonly PlacedResult[];
  /** Whether its output once stood below the statement: it does not jump up to the line's end afterwards. */
  readonly below: boolean;
}

/** A statement that is going to run, at its place in the text. */
export interface PlannedResult {
  from: number;
  to: number;
  result: Result;
  /** What it takes the place of, when a page comes while it waits. */
  earlier?: readonly PlacedResult[];
}

/** All results anew: a page was opened, or fell behind. */
export const setResults = StateEffect.define<readonly PlannedResult[]>({
  map: (results, changes) => results.map((result) => moved(result, changes)),
});
/** A run begins: its statements wait, and what they showed before is on its way out. */
export const planResults = StateEffect.define<{
  readonly statements: readonly PlannedResult[];
  /** Whether it is the whole script that runs: what its statements do not replace belongs to text that is gone. */
  readonly whole: boolean;
}>({
  map: (plan, changes) => ({ ...plan, statements: plan.statements.map((result) => moved(result, changes)) }),
});
/** What happened to statements, in order; *now* is the page's clock. */
export const updateResults = StateEffect.define<{ events: readonly StatementEvent[]; now: number }>();
/** A file changed that these statements had imported. */
export const importChanged = StateEffect.define<{ path: string; statements: readonly StatementName[] }>();
/** A run is over: what it did not reach is as before. */
export const endRun = StateEffect.define<{ runId: string }>();
/** The kernel is fresh: no result belongs to it. */
export const clearResults = StateEffect.define<null>();
/** Results come back with the text that an undo brings back. */
const restoreResults = StateEffect.define<readonly PlacedResult[]>({
  map: (results, changes) => results.map((result) => moved(result, changes)),
});

function moved<T extends { from: number; to: number }>(placed: T, changes: ChangeDesc): T {
  return { ...placed, from: changes.mapPos(placed.from, 1), to: changes.mapPos(placed.to, -1) };
}

/** The results of the script, sorted by place, and what they look like. */
export class Results {
  private readonly drawn = new Map<Layout, DecorationSet>();

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
    let drawn = this.drawn.get(layout);
    if (!drawn) {
      drawn = Decoration.set(
        this.placed.flatMap((one, index) => [
          ...linesOf(one, this.doc),
          ...(layout === "below" ? outputOf(one) : spacerOf(one, this.sharesLine(index), this.doc)),
        ]),
        true,
      );
      this.drawn.set(layout, drawn);
    }
    return drawn;
  }

  private sharesLine(index: number): boolean {
    const { from, to } = this.placed[index] as PlacedResult;
    const [before, after] = [this.placed[index - 1], this.placed[index + 1]];
    return (before !== undefined && before.to >= from) || (after !== undefined && after.from <= to);
  }
}

/** The one place where results live; positions move with the text. */
export const resultsField: StateField<Results> = StateField.define<Results>({
  create: (state) => new Results([], state.doc),
  update(results, transaction) {
    let placed = results.placed;
    if (transaction.docChanged) placed = mapped(placed, transaction.changes, transaction.newDoc);
    for (const effect of transaction.effects) {
      if (effect.is(setResults)) placed = effect.value.map((one) => settled(one, transaction.newDoc));
      else if (effect.is(planResults))
        placed = planned(placed, effect.value.statements, effect.value.whole, transaction.newDoc);
      else if (effect.is(updateResults)) placed = updated(placed, effect.value.events, effect.value.now);
      else if (effect.is(importChanged)) placed = outdated(placed, effect.value);
      else if (effect.is(endRun)) placed = ended(placed, effect.value.runId);
      else if (effect.is(clearResults)) placed = [];
      else if (effect.is(restoreResults)) placed = returned(placed, effect.value, transaction.newDoc);
    }
    return placed === results.placed ? results : new Results(sorted(placed), transaction.newDoc);
  },
  provide: (field) =>
    EditorView.decorations.compute([field, layout], (state) =>
      state.field(field).decorations(state.facet(layout)),
    ),
});

/** Results as part of an editor: the field, and undo that brings back what a deletion took. */
export function results(): Extension {
  return [
    resultsField,
    invertedEffects.of((transaction) => {
      if (!transaction.docChanged) return [];
      const lost = lostIn(transaction);
      return lost.length > 0 ? [restoreResults.of(lost)] : [];
    }),
  ];
}

function lostIn(transaction: Transaction): readonly PlacedResult[] {
  const kept = new Set(transaction.state.field(resultsField).placed.map(({ result }) => result.id));
  return transaction.startState.field(resultsField).placed.filter(({ result }) => !kept.has(result.id));
}

/** Move results with the text. Only those that a change touches are looked at again: their lines, and whether stale. */
function mapped(placed: readonly PlacedResult[], changes: ChangeDesc, doc: Text): readonly PlacedResult[] {
  const next: PlacedResult[] = [];
  for (const one of placed) {
    if (changes.touchesRange(one.from, one.to)) {
      const { from, to } = moved(one, changes);
      // Nothing is left of a statement that was deleted; one that was empty before cannot be.
      if (from >= to && one.from < one.to) continue;
      next.push(settled({ ...one, from: Math.min(from, to), to }, doc));
    } else {
      next.push(moved(one, changes));
    }
  }
  return next;
}

/** A result stretched to whole lines of *doc*, and compared with them. */
function settled(
  one: PlannedResult & Partial<Pick<PlacedResult, "earlier" | "below">>,
  doc: Text,
): PlacedResult {
  let from = doc.lineAt(Math.min(one.from, doc.length)).from;
  let to = doc.lineAt(Math.min(one.to, doc.length)).to;
  const { source } = one.result;
  const text = doc.sliceString(from, to);
  // Who types a line above at the statement's very start, and then Enter, has not edited the statement.
  if (text.endsWith(`\n${source}`)) from = to - source.length;
  else if (text.startsWith(`${source}\n`)) to = from + source.length;
  return {
    result: one.result,
    from,
    to,
    stale: doc.sliceString(from, to) !== source,
    earlier: one.earlier ?? [],
    below: one.below ?? false,
  };
}

function planned(
  placed: readonly PlacedResult[],
  plan: readonly PlannedResult[],
  whole: boolean,
  doc: Text,
): readonly PlacedResult[] {
  const fresh = plan.map((one) => settled(one, doc)).sort((a, b) => a.from - b.from);
  const ids = new Set(fresh.map(({ result }) => result.id));
  const kept: PlacedResult[] = [];
  const replaced = new Map<PlacedResult, PlacedResult[]>();
  for (const one of placed) {
    if (ids.has(one.result.id)) continue;
    const successor = overlapping(fresh, one);
    if (!successor) {
      if (!whole) kept.push(one);
    } else {
      // Waiting twice for the same statement: what is still to be seen is the earlier output.
      const earlier = one.result.state === "waiting" ? one.earlier : [{ ...one, earlier: [] }];
      replaced.set(successor, [...(replaced.get(successor) ?? []), ...earlier]);
    }
  }
  return [...kept, ...fresh.map((one) => ({ ...one, earlier: replaced.get(one) ?? [] }))];
}

/** The first of *ranges* (sorted, apart from each other or on one line) that shares a line with *one*. */
function overlapping<T extends { from: number; to: number }>(
  ranges: readonly T[],
  one: { from: number; to: number },
): T | null {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle] as T).to < one.from) low = middle + 1;
    else high = middle;
  }
  const found = ranges[low];
  return found && found.from <= one.to ? found : null;
}

function updated(
  placed: readonly PlacedResult[],
  events: readonly StatementEvent[],
  now: number,
): readonly PlacedResult[] {
  const byId = new Map<string, StatementEvent[]>();
  for (const event of events) {
    const id = `${event.runId}:${event.nodeIndex}`;
    const own = byId.get(id);
    if (own) own.push(event);
    else byId.set(id, [event]);
  }
  return placed.map((one) => {
    const own = byId.get(one.result.id);
    if (!own) return one;
    const result = withEvents(one.result, own, now);
    carry(one.result, result);
    const ended = result.state === "done" || result.state === "failed";
    const hasOutput = result.output.length > 0;
    return {
      ...one,
      result,
      earlier: ended || hasOutput ? [] : one.earlier,
      below: one.below || (hasOutput && !ended),
    };
  });
}

function outdated(
  placed: readonly PlacedResult[],
  { path, statements }: { path: string; statements: readonly StatementName[] },
): readonly PlacedResult[] {
  const ids = new Set(statements.map(resultId));
  return placed.map((one) => {
    const { id, changedImports } = one.result;
    if (!ids.has(id) || changedImports.includes(path)) return one;
    const result = { ...one.result, changedImports: [...changedImports, path] };
    carry(one.result, result);
    return { ...one, result };
  });
}

function ended(placed: readonly PlacedResult[], runId: string): readonly PlacedResult[] {
  return placed.flatMap((one) => {
    if (one.result.runId !== runId) return [one];
    if (one.result.state === "waiting")
      return one.earlier.map((before) => ({ ...before, from: one.from, to: one.to }));
    // A run that ends ends its statements, also when the kernel could not say so any more.
    return one.result.state === "running"
      ? [{ ...one, earlier: [], result: { ...one.result, state: "failed" as const, input: null } }]
      : [one];
  });
}

function returned(
  placed: readonly PlacedResult[],
  back: readonly PlacedResult[],
  doc: Text,
): readonly PlacedResult[] {
  const present = new Set(placed.map(({ result }) => result.id));
  const free = back.filter(({ result, from, to }) => {
    return !present.has(result.id) && !placed.some((one) => one.from <= to && one.to >= from);
  });
  return [...placed, ...free.map((one) => settled(one, doc))];
}

function sorted(placed: readonly PlacedResult[]): readonly PlacedResult[] {
  return [...placed].sort((a, b) => a.from - b.from || a.result.nodeIndex - b.result.nodeIndex);
}

/** CodeMirror orders widgets at one position by a number up to 10,000. */
const MOST_SIDES = 9000;
const errorLine = Decoration.line({ class: "rdit-error-line" });
const proseLine = Decoration.line({ class: "rdit-prose-line" });
const staleLine = Decoration.line({ class: "rdit-stale-line" });

/** Whether the statement is nothing but prose that is shown below it: on paper once is enough. */
function isProse({ state, output, source }: Result): boolean {
  const [item] = output;
  return (
    state === "done" &&
    output.length === 1 &&
    item?.data?.["text/markdown"] !== undefined &&
    /^(?:[rf]|rf|fr)?["']/i.test(source)
  );
}

/** What shows in the lines of the statement itself. */
function linesOf(placed: PlacedResult, doc: Text) {
  const found = [];
  const { result, stale } = placed;
  if (result.state === "failed" && !stale) found.push(errorLine.range(failedLine(placed, doc)));
  if (stale) found.push(staleLine.range(placed.from));
  else if (isProse(result))
    for (let at = placed.from; at <= placed.to; at = doc.lineAt(at).to + 1) found.push(proseLine.range(at));
  return found;
}

function outputOf(placed: PlacedResult) {
  const widget = isInline(placed) ? new InlineValue(placed) : OutputBelow.of(placed);
  return widget ? [attached(placed, widget, widget instanceof OutputBelow)] : [];
}

function spacerOf(placed: PlacedResult, shares: boolean, doc: Text) {
  // A short value is no taller than its line.
  const output = isInline(placed) && !shares ? null : OutputBelow.of(placed);
  const lines = doc.lineAt(placed.to).number - doc.lineAt(placed.from).number + 1;
  return output ? [attached(placed, output.spacer(lines), true)] : [];
}

function attached(placed: PlacedResult, widget: WidgetType, block: boolean) {
  // Several statements on one line show their output in their own order.
  const side = 1 + (placed.result.nodeIndex % MOST_SIDES);
  return Decoration.widget({ widget, block, side }).range(placed.to);
}

/** Where the line begins that the error names, within the statement; else the statement itself. */
function failedLine({ from, to, result }: PlacedResult, doc: Text): number {
  const error = result.output.find((item) => item.type === "error");
  const frame = readReport(error?.data?.[ERROR_FORMAT])?.frames.find(({ inScript }) => inScript);
  if (!frame) return from;
  const number = doc.lineAt(from).number + frame.line - result.lineStart;
  const line = number >= 1 && number <= doc.lines ? doc.line(number) : null;
  return line && line.from >= from && line.to <= to ? line.from : from;
}

/** The results of *state*. */
export function resultsOf(state: EditorState): readonly PlacedResult[] {
  return state.field(resultsField).placed;
}
