/** Results at their places in the text, and what events and edits make of them: pure functions. */
import type { ChangeDesc, Text } from "@codemirror/state";
import type { KeptStatement, OutputItem, StatementName } from "../../backend/types";
import { inlineText } from "../../output/rendering/inline-text";
import { awaitsPicture, visible } from "../../session/figures";
import {
  type Ending,
  type Result,
  resultId,
  type StatementEvent,
  staying,
  withEvents,
} from "../../session/results";
import { beginsAs, isSameItem } from "../../session/same-output";
import { isSameStatement } from "../writing/same-statement";
import { carry, heightsOf } from "./measured-heights";

/** The first line above a result that it is older than, and why. */
export interface Older {
  /** From 1; null where it is no line of the present text. */
  readonly line: number | null;
  readonly why: "ran" | "edited" | "has not run" | "used a file" | "was ended" | "others";
  /** When that line ran, in milliseconds since 1970. */
  readonly at: number | null;
}

/** A result and the lines of its statement: from the start of the first to the end of the last. */
export interface PlacedResult {
  readonly from: number;
  readonly to: number;
  readonly result: Result;
  /** Whether the statement was edited since it ran. */
  readonly stale: boolean;
  /** What above it is newer, or is not what it was; null for one that ran after all that is above it, unchanged since. */
  readonly older: Older | null;
  /** What an earlier run of the same lines left; shown until this one has something to show, and again if it never ran. */
  readonly earlier: readonly PlacedResult[];
  /** Whether the output of the last run stood below the statement: while it runs, so does this one's. */
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

/** Whether an earlier run's output is still shown: until there is another, or for as long as it comes out the same. */
export function showsEarlier({ result, earlier }: PlacedResult): boolean {
  if (earlier.length === 0) return false;
  const output = visible(result.output);
  if (output.length === 0) return true;
  return (
    result.state === "running" &&
    beginsAs(
      output,
      earlier.flatMap((one) => visible(one.result.output)),
    )
  );
}

/** Whether the value stands at the end of the statement's last line. */
export function isInline(placed: PlacedResult): boolean {
  const { result, earlier, below } = placed;
  if (result.input || result.answers.some(({ given }) => given)) return false;
  const output = visible(result.output);
  if (showsEarlier(placed)) return earlier.every(isInline);
  if (inlineText(output) === null) return false;
  if (result.state === "done") return true;
  // What runs on and has been below, or is likely to write more than one line, is not moved back and forth.
  return result.state === "running" && !below && !result.source.includes("\n");
}

export function moved<T extends { from: number; to: number }>(placed: T, changes: ChangeDesc): T {
  return { ...placed, from: changes.mapPos(placed.from, 1), to: changes.mapPos(placed.to, -1) };
}

/** Move results with the text. Only those that a change touches are looked at again: their lines, and whether stale. */
export function mapped(
  placed: readonly PlacedResult[],
  changes: ChangeDesc,
  doc: Text,
): readonly PlacedResult[] {
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
export function settled(
  one: PlannedResult & Partial<Pick<PlacedResult, "older" | "earlier" | "below">>,
  doc: Text,
): PlacedResult {
  let from = doc.lineAt(Math.min(one.from, doc.length)).from;
  let to = doc.lineAt(Math.min(one.to, doc.length)).to;
  const { source } = one.result;
  const text = doc.sliceString(from, to);
  // Who types a line above at the statement's very start, and then Enter, has not edited the statement.
  if (text.endsWith(`\n${source}`)) from = to - source.length;
  // What undo brings back at the end of a statement is part of it again, and what is typed on a new line is not.
  else if (text !== source && standsAt(doc, from, source)) to = from + source.length;
  return {
    result: one.result,
    from,
    to,
    stale: !isSameStatement(source, doc.sliceString(from, to)),
    older: one.older ?? null,
    earlier: one.earlier ?? [],
    below: one.below ?? false,
  };
}

/** Whether the lines of *source*, and nothing else on them, begin at *from*. */
function standsAt(doc: Text, from: number, source: string): boolean {
  const to = from + source.length;
  return (
    source !== "" && to <= doc.length && doc.lineAt(to).to === to && doc.sliceString(from, to) === source
  );
}

/** A run that begins. */
export interface Plan {
  readonly statements: readonly PlannedResult[];
  /** Whether it is the whole script that runs: what its statements do not replace belongs to text that is gone. */
  readonly whole: boolean;
  /** The results that a fresh run keeps, in order, where their statements stand. */
  readonly kept?: readonly { readonly from: number; readonly to: number; readonly kept: KeptStatement }[];
}

/** The results when a run begins; the rule is in docs/http-api.md. */
export function planned(
  placed: readonly PlacedResult[],
  { statements, whole, kept = [] }: Plan,
  doc: Text,
): readonly PlacedResult[] {
  const next = statements.map((one) => settled(one, doc)).sort((a, b) => a.from - b.from);
  const ids = new Set(next.map(({ result }) => result.id));
  const keeping = stayed(placed, kept, doc);
  const keepingIds = new Set(keeping.map(({ result }) => result.id));
  const others: PlacedResult[] = [];
  const replaced = new Map<PlacedResult, PlacedResult[]>();
  for (const one of placed) {
    if (ids.has(one.result.id) || keepingIds.has(one.result.id)) continue;
    const successor = overlapping(next, one);
    if (!successor) {
      if (!whole && !one.result.beforeReset && !overlapping(keeping, one)) others.push(one);
    } else {
      // Waiting twice for the same statement: what is still to be seen is the earlier output.
      const earlier = one.result.state === "waiting" ? one.earlier : [{ ...one, earlier: [] }];
      replaced.set(successor, [...(replaced.get(successor) ?? []), ...earlier]);
    }
  }
  return [
    ...others,
    ...keeping,
    ...next.map((one) => {
      const earlier = replaced.get(one) ?? [];
      return {
        ...one,
        earlier,
        below: earlier.some((was) => visible(was.result.output).length > 0 && !isInline(was)),
      };
    }),
  ];
}

/** The results that a fresh run keeps, as far as they are there, at their places of now. */
function stayed(
  placed: readonly PlacedResult[],
  kept: NonNullable<Plan["kept"]>,
  doc: Text,
): readonly PlacedResult[] {
  const byId = new Map(placed.map((one) => [one.result.id, one]));
  return kept.flatMap(({ from, to, kept: statement }) => {
    const before = byId.get(resultId(statement));
    if (!before) return [];
    const result = staying(before.result, statement);
    carry(before.result, result);
    return [settled({ from, to, result, below: before.below }, doc)];
  });
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

function isSameOutput({ output }: Result, { output: before }: Result): boolean {
  return (
    output.length === before.length && output.every((item, at) => isSameItem(item, before[at] as OutputItem))
  );
}

export function updated(
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
    const next = { ...one, result };
    const ended = result.state === "done" || result.state === "failed";
    if (showsEarlier(next) && !(ended && !awaitsPicture(result.output))) return next;
    const [before] = one.earlier;
    if (before && isSameOutput(result, before.result))
      Object.assign(heightsOf(result), heightsOf(before.result));
    return { ...next, earlier: [] };
  });
}

/** A file changed that statements had to do with. */
export interface ChangedFile {
  readonly path: string;
  readonly statements: readonly StatementName[];
  /** Whether they imported it or read it. */
  readonly how: "changedImports" | "changedFiles";
}

export function outdated(
  placed: readonly PlacedResult[],
  { path, statements, how }: ChangedFile,
): readonly PlacedResult[] {
  const ids = new Set(statements.map(resultId));
  return placed.map((one) => {
    const changed = one.result[how];
    if (!ids.has(one.result.id) || changed.includes(path)) return one;
    const result = { ...one.result, [how]: [...changed, path] };
    carry(one.result, result);
    return { ...one, result };
  });
}

/** A run that is over. */
export interface EndedRun {
  readonly runId: string;
  /** Absent where nobody knows. */
  readonly ending?: Ending;
}

export function ended(placed: readonly PlacedResult[], { runId, ending }: EndedRun): readonly PlacedResult[] {
  const own = placed.filter(({ result }) => result.runId === runId && result.state !== "waiting");
  const last = own.reduce((latest, { result }) => Math.max(latest, result.nodeIndex), -1);
  const isTold = ending !== undefined && ending.status !== "ok" && ending.status !== "error";
  return placed.flatMap((one) => {
    if (one.result.runId !== runId) return [one];
    if (one.result.state === "waiting")
      return one.earlier.map((before) => ({ ...before, from: one.from, to: one.to }));
    // A run that ends ends its statements, also when the kernel could not say so any more.
    const cutOff = one.result.state === "running" ? ({ state: "failed", input: null } as const) : {};
    const told = isTold && one.result.nodeIndex === last ? { ending } : {};
    if (!("state" in cutOff || "ending" in told)) return [one];
    const result: Result = { ...one.result, ...cutOff, ...told };
    carry(one.result, result);
    return [{ ...one, earlier: [], result }];
  });
}

/** What is shown after a reset: the same, of which nothing holds any more. */
export function reset(placed: readonly PlacedResult[]): readonly PlacedResult[] {
  return placed
    .flatMap((one) => (one.result.state === "waiting" ? one.earlier : [one]))
    .map((one) => {
      if (one.result.beforeReset) return one;
      const result: Result = { ...one.result, beforeReset: true, input: null };
      carry(one.result, result);
      return { ...one, result, earlier: [] };
    });
}

/** What is left once all but what belongs to a run under way is put away. */
export function cleared(placed: readonly PlacedResult[]): readonly PlacedResult[] {
  const live = placed.filter(({ result }) => result.state === "waiting" || result.state === "running");
  const runs = new Set(live.map(({ result }) => result.runId));
  return placed
    .filter(({ result }) => runs.has(result.runId))
    .map((one) => (one.earlier.length > 0 ? { ...one, earlier: [] } : one));
}

export function returned(
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

export function sorted(placed: readonly PlacedResult[]): readonly PlacedResult[] {
  return [...placed].sort((a, b) => a.from - b.from || a.result.nodeIndex - b.result.nodeIndex);
}
