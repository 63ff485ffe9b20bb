/** Which results are not what one run of the present text would give: pure functions of all of them. */
import type { Text } from "@codemirror/state";
import type { Result } from "../../session/results";
import { timeOfDay } from "../../ui/duration";
import type { Older, PlacedResult } from "./placed-results";

/** A statement that began later than all above it. */
interface Latest {
  readonly from: number;
  readonly at: number;
}

/** A line that is neither empty nor a comment. */
const CODE = /^[^\S\n]*[^\s#]/m;

/** *placed* (sorted), each with what above it is newer than it, or was edited, or never ran. */
export function aged(placed: readonly PlacedResult[], doc: Text): readonly PlacedResult[] {
  const latest: Latest[] = [];
  let broken: Older | null = null;
  let end = 0;
  return placed.map((one, index) => {
    broken ??= unrunBetween(doc, end, one.from);
    const older = olderThan(one, index, broken, latest, doc);
    end = Math.max(end, Math.min(one.to + 1, doc.length));
    const { ranAt, beforeReset, state } = one.result;
    if (beforeReset) broken ??= madeOf(one, "has not run", doc);
    else if (one.stale && state !== "waiting") broken ??= madeOf(one, "edited", doc);
    else if (isOutdated(one.result)) broken ??= madeOf(one, "used a file", doc);
    else if (isCutOff(one.result)) broken ??= madeOf(one, "was ended", doc);
    if (ranAt !== null && ranAt > (latest.at(-1)?.at ?? Number.NEGATIVE_INFINITY))
      latest.push({ from: one.from, at: ranAt });
    return isSame(one.older, older) ? one : { ...one, older };
  });
}

function olderThan(
  { result }: PlacedResult,
  index: number,
  broken: Older | null,
  latest: readonly Latest[],
  doc: Text,
): Older | null {
  const { state, ranAt, nodeIndex, beforeReset } = result;
  if ((state !== "done" && state !== "failed") || beforeReset) return null;
  // What only the compiler finds is an error of the whole text, before any of it runs.
  if (broken && (state === "done" || broken.why === "edited")) return broken;
  if (ranAt !== null) {
    const newer = firstAfter(latest, ranAt);
    if (newer) return { line: doc.lineAt(newer.from).number, why: "ran", at: newer.at };
  }
  return state === "done" && nodeIndex !== index ? { line: null, why: "others", at: null } : null;
}

/** The topmost of *latest* that began after *at*. */
function firstAfter(latest: readonly Latest[], at: number): Latest | null {
  let [low, high] = [0, latest.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((latest[middle] as Latest).at <= at) low = middle + 1;
    else high = middle;
  }
  return latest[low] ?? null;
}

/** The first statement between two positions: it has no result, so it has not run. */
function unrunBetween(doc: Text, from: number, to: number): Older | null {
  const line = codeBetween(doc, from, to);
  return line === null ? null : { line, why: "has not run", at: null };
}

/** The number of the first line with code between two positions. */
export function codeBetween(doc: Text, from: number, to: number): number | null {
  if (from >= to) return null;
  const found = CODE.exec(doc.sliceString(from, to));
  return found && doc.lineAt(from + found.index).number;
}

/** Whether a file that it read or imported is not what it was. */
export function isOutdated({ changedFiles, changedImports }: Result): boolean {
  return changedFiles.length > 0 || changedImports.length > 0;
}

/** Whether it was ended before it was done. */
export function isCutOff({ ending }: Result): boolean {
  return ending !== null && ending.status !== "ok" && ending.status !== "error" && ending.status !== "exited";
}

function madeOf({ from }: PlacedResult, why: Older["why"], doc: Text): Older {
  return { line: doc.lineAt(from).number, why, at: null };
}

function isSame(one: Older | null, two: Older | null): boolean {
  return one === two || (one?.line === two?.line && one?.why === two?.why && one?.at === two?.at);
}

const OLDER_WORDS: Record<Older["why"], string> = {
  ran: "ran later",
  edited: "was edited and has not run since",
  "has not run": "has not run",
  "used a file": "used a file that changed since",
  "was ended": "was ended before it was done",
  others: "is another one",
};

/** What there is to say of a result that is older than something above it; empty for one that is not. */
export function ageWords(older: Older | null): string {
  if (!older) return "";
  const { line, why, at } = older;
  if (line === null) return "Older than what is above it: statements came or went since";
  if (why === "ran" && at !== null) return `Older than line ${line}, which ran at ${timeOfDay(at)}`;
  return `Older than line ${line}, which ${OLDER_WORDS[why]}`;
}
