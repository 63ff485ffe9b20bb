/** The badge, which says whether the page is true, and its cure: a pure function. */
import { duration, minuteOfDay } from "../../ui/duration";
import { listed } from "../../ui/listed";
import type { Question } from "./question";
import type { Behind, Standing, Why } from "./standing";

/** What the badge's verb does. */
export type Cure = "catch up" | "run afresh" | "go on" | "leave console mode" | "hide differences";

export interface Badge {
  readonly kind:
    | "fresh"
    | "verified"
    | "differs"
    | "behind"
    | "partly"
    | "mixed"
    | "earlier"
    | "not-run"
    | "runs"
    | "asks"
    | "console";
  readonly text: string;
  /** The same in a word or two, for a narrow page. */
  readonly short: string;
  readonly verb: { readonly label: string; readonly cure: Cure } | null;
  /** What there is to say beyond the text, a sentence each. */
  readonly details: readonly string[];
}

export interface BadgeParts {
  readonly standing: Standing;
  /** How many statements are done of those of the run under way; null while none is. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly isFollowing: boolean;
  /** Whether it is about to catch up, as far as the text can run. */
  readonly isCatchingUp: boolean;
  readonly isVerifying: boolean;
  readonly isConsole: boolean;
  readonly question: Question | null;
  /** Why the present text cannot run, as far as that was asked. */
  readonly problem: { readonly line: number | null; readonly text: string } | null;
  /** How a fresh process compares with what is shown: the lines of what differs there, none where all is equal. */
  readonly verified: readonly number[] | null;
  /** From which line on edits run again from there, and why. */
  readonly declined: { readonly line: number; readonly reason: string } | null;
}

export function badgeOf(parts: BadgeParts): Badge {
  const { standing, progress, isFollowing, isCatchingUp, isVerifying, isConsole, question, verified } = parts;
  const details = detailsOf(parts);
  const made = (
    kind: Badge["kind"],
    text: string,
    short: string,
    label: string | null = null,
    cure: Cure = "catch up",
  ): Badge => ({ kind, text, short, verb: label === null ? null : { label, cure }, details });
  if (question) return made("asks", question.words, question.short, "Go on", "go on");
  if (isConsole)
    return made("console", "Console mode", "Console", "Back to fresh runs", "leave console mode");
  if (progress) {
    const { done, total } = progress;
    const word = isFollowing ? "Following…" : "Running…";
    return made("runs", `${word} ${done} of ${total}`, `${done}/${total}`);
  }
  if (isVerifying) return made("runs", "Verifying in a fresh process…", "Verifying");
  const { behind, ends, ranAt, shownAt, hasTimeline, mixed } = standing;
  if (isCatchingUp && behind) return made("runs", "Following…", "Following");
  if (shownAt === null) return made("not-run", "Not run", "Not run");
  if (mixed) return made("mixed", "Mixed runs", "Mixed", "Run afresh", "run afresh");
  if (!hasTimeline) {
    const since = `From an earlier process, ${minuteOfDay(shownAt)}`;
    return made("earlier", since, "Earlier", "Run afresh", "run afresh");
  }
  if (behind) return made(...behindWords(behind), "Catch up");
  const at = ranAt === null ? "" : `, ${minuteOfDay(ranAt)}`;
  if (verified && verified.length > 0) {
    const { length } = verified;
    const short = length === 1 ? "1 differs" : `${length} differ`;
    return made("differs", differWords(length), short, "Hide", "hide differences");
  }
  if (ends !== null) return made("fresh", `Fresh: one run of this text, up to line ${ends}${at}`, "Fresh");
  if (verified) return made("verified", `Verified: one run of this text${at}`, "Verified");
  return made("fresh", `Fresh: one run of this text${at}`, "Fresh");
}

/** The kind of the badge, its text, and the same in a word or two. */
function behindWords({ line, count, isShown }: Behind): [Badge["kind"], string, string] {
  if (!isShown || count === null) return ["partly", `Line ${line} on: not caught up`, `To line ${line - 1}`];
  const statements = count === 1 ? "1 statement" : `${count} statements`;
  return ["behind", `${statements} behind`, `${count} behind`];
}

/** What a verification has found that is not the same. */
export function differWords(count: number): string {
  return `${count === 1 ? "1 output differs" : `${count} outputs differ`} in a fresh process`;
}

/** So many files are named. */
const MAX_FILES = 2;

const WHY: Record<Why, (line: number, files: string) => string> = {
  "has not run": (line) => `Line ${line} has not run yet.`,
  edited: (line) => `Line ${line} was edited since it ran.`,
  file: (line, files) => `Line ${line} read ${files}, which changed since.`,
  module: (line, files) => `Line ${line} imported ${files}, which changed since.`,
  ended: (line) =>
    `Line ${line} was ended before it was done, so what is below it has no state to go on from.`,
  others: (line) => `Above line ${line} statements came, went or ran again since it ran.`,
  console: (line) => `Line ${line} ran by itself, in console mode.`,
  earlier: (line) => `Line ${line} ran in a process that has ended.`,
  reset: (line) => `Line ${line} ran before the reset.`,
};

function detailsOf({
  standing,
  progress,
  problem,
  declined,
  isConsole,
  question,
}: BadgeParts): readonly string[] {
  const { behind, ends, fresh, durationMs, mixed } = standing;
  const details: string[] = [];
  if (question) details.push(...question.details);
  if (isConsole)
    details.push(
      "Statements run in the process as it is: names stay, also those of statements that are gone.",
    );
  else if (mixed)
    details.push(
      "Statements have run in console mode since: the variables may be others than those of this text.",
    );
  if (problem)
    details.push(
      `${problem.line === null ? "The text" : `Line ${problem.line}`} cannot run: ${problem.text}. Until it can, nothing changes.`,
    );
  if (behind && !mixed && !progress && standing.shownAt !== null)
    details.push(WHY[behind.why](behind.line, listed(behind.files, MAX_FILES)));
  if (fresh > 0 && !mixed) {
    const what = fresh === 1 ? "1 statement is" : `${fresh} statements are`;
    const took = durationMs < 1 ? "" : `, in ${duration(durationMs)}`;
    details.push(`${what} as one run of this text gives ${fresh === 1 ? "it" : "them"}${took}.`);
  }
  if (ends !== null) details.push(`The run ends in line ${ends}: what is below it is not reached.`);
  if (declined) details.push(`Edits below line ${declined.line} run again from there: ${declined.reason}.`);
  return details;
}

/** What a fresh run cannot know of. */
export const NOT_TRACKED =
  "Not tracked: the clock, randomness without a seed, the network, databases and the environment. Verify runs the text beside and compares.";
