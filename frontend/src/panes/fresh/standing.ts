/** How far what is shown is one run of the present text: a pure function of the results, the text and the timeline. */
import type { Text } from "@codemirror/state";
import { codeBetween, isCutOff } from "../../editor/results/age";
import type { PlacedResult } from "../../editor/results/placed-results";
import type { StatementRange } from "../../editor/statements";
import type { Timeline } from "../../session/reduce";

/** Why the first statement that is not fresh is not. */
export type Why =
  | "has not run"
  | "edited"
  | "file"
  | "module"
  | "ended"
  | "others"
  | "console"
  | "earlier"
  | "reset";

export interface Behind {
  /** The first line, from 1, and where it begins. */
  readonly line: number;
  readonly from: number;
  readonly why: Why;
  /** The files that changed, where that is why. */
  readonly files: readonly string[];
  /** How many statements there are from it on; null while the parser takes too long to know. */
  readonly count: number | null;
  /** Whether any of them shows a result, which is not that of this text. */
  readonly isShown: boolean;
}

export interface Standing {
  /** How many results, from the first statement on, are those of the one run that the process has made. */
  readonly fresh: number;
  readonly behind: Behind | null;
  /** The line with whose error or exit the run ended: what is below it is no part of a run of this text. */
  readonly ends: number | null;
  /** When the newest of the fresh ones began, and of all that is shown, in milliseconds since 1970. */
  readonly ranAt: number | null;
  readonly shownAt: number | null;
  /** How long the fresh ones took, in milliseconds. */
  readonly durationMs: number;
  /** Whether the process has run anything as one run of one text. */
  readonly hasTimeline: boolean;
  readonly mixed: boolean;
}

/** Before there is an editor. */
export const NOTHING_STANDS: Standing = {
  fresh: 0,
  behind: null,
  ends: null,
  ranAt: null,
  shownAt: null,
  durationMs: 0,
  hasTimeline: false,
  mixed: false,
};

/** *statements* are those of *doc*, if they are known. */
export function standingOf(
  placed: readonly PlacedResult[],
  doc: Text,
  { ran, mixed, broken }: Timeline,
  statements: readonly StatementRange[] | null,
): Standing {
  let [fresh, end, durationMs] = [0, 0, 0];
  let ranAt: number | null = null;
  let ends: number | null = null;
  let behind: Behind | null = null;
  // That the first text does not compile is no result of a run.
  const shown = ran.length > 0 ? placed : placed.filter(({ result }) => result.runId !== broken);
  const shownAt = shown.reduce<number | null>((at, { result }) => later(at, result.ranAt), null);
  const made = (line: number, why: Why, files: readonly string[] = []): Behind => {
    const { from } = doc.line(line);
    const count = statements?.filter((one) => one.to >= from).length ?? null;
    return { line, from, why, files, count, isShown: placed.some((one) => one.to >= from) };
  };
  for (const one of placed) {
    const { result } = one;
    const unrun = codeBetween(doc, end, one.from);
    if (unrun !== null) behind = made(unrun, "has not run");
    else if (!isFresh(one, ran[fresh])) {
      const why = whyNot(one, ran, mixed);
      behind = made(doc.lineAt(one.from).number, why, filesOf(one, why));
    }
    if (behind) break;
    fresh += 1;
    durationMs += result.durationMs ?? 0;
    ranAt = later(ranAt, result.ranAt);
    end = Math.min(one.to + 1, doc.length);
    if (fresh === ran.length && (result.state === "failed" || result.ending?.status === "exited")) {
      ends = doc.lineAt(one.from).number;
      break;
    }
  }
  if (!behind && ends === null) {
    const unrun = codeBetween(doc, end, doc.length);
    if (unrun !== null) behind = made(unrun, "has not run");
  }
  return { fresh, behind, ends, ranAt, shownAt, durationMs, hasTimeline: ran.length > 0, mixed };
}

function isFresh({ result, stale }: PlacedResult, expected: string | undefined): boolean {
  const hasEnded = result.state === "done" || result.state === "failed";
  const isAsItRan = !stale && !result.beforeReset && result.id === expected;
  return hasEnded && isAsItRan && result.changedFiles.length === 0 && result.changedImports.length === 0;
}

function whyNot({ result, stale }: PlacedResult, ran: readonly string[], mixed: boolean): Why {
  if (result.state === "waiting" || result.state === "running") return "has not run";
  if (result.beforeReset) return "reset";
  if (stale) return "edited";
  if (result.changedFiles.length > 0) return "file";
  if (result.changedImports.length > 0) return "module";
  if (isCutOff(result)) return "ended";
  if (ran.includes(result.id)) return "others";
  if (mixed) return "console";
  return ran.length > 0 ? "others" : "earlier";
}

function filesOf({ result }: PlacedResult, why: Why): readonly string[] {
  if (why === "file") return result.changedFiles;
  return why === "module" ? result.changedImports : [];
}

function later(one: number | null, two: number | null): number | null {
  return one === null ? two : two === null ? one : Math.max(one, two);
}
