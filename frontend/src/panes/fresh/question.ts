/** What is asked before a run that would take long, or do again what it did outside its process: pure. */
import type { CheckScriptResponse, LineRange } from "../../backend/types";
import { duration } from "../../ui/duration";
import { listed } from "../../ui/listed";

/** A statement that would run, as far as it has run before. */
export interface Known {
  readonly source: string;
  readonly lineStart: number;
  readonly seconds: number;
}

export interface Question {
  /** `14 s and 2 written files to catch up`. */
  readonly words: string;
  readonly short: string;
  /** What would be done again, a sentence each. */
  readonly details: readonly string[];
  /** The statements that a yes holds for, also the next time. */
  readonly sources: readonly string[];
}

/** What takes longer than this, in seconds, is asked about. */
const LONG_SECONDS = 10;
/** So many things that would be done again are told. */
const MAX_DETAILS = 4;

export interface Asked {
  readonly check: Pick<CheckScriptResponse, "seconds" | "effects">;
  /** The lines that were asked to run by name: of these there is no question. */
  readonly named: LineRange | null;
  /** The statements that would run. */
  readonly known: readonly Known[];
  isAllowed(source: string): boolean;
  sourceAt(line: number): string;
}

/** The question; null where there is none. */
export function questionOf({ check, named, known, isAllowed, sourceAt }: Asked): Question | null {
  const isNamed = (line: number) => named !== null && named.from <= line && line <= named.to;
  const effects = check.effects.filter(
    ({ lineStart }) => !isNamed(lineStart) && !isAllowed(sourceAt(lineStart)),
  );
  const asked = known.filter(({ source, lineStart }) => !isNamed(lineStart) && !isAllowed(source));
  const excused = known.filter((one) => !asked.includes(one)).reduce((sum, { seconds }) => sum + seconds, 0);
  const seconds = Math.max(0, check.seconds - excused);
  const isLong = seconds > LONG_SECONDS;
  if (!isLong && effects.length === 0) return null;
  const whats = [...new Set(effects.map(({ what }) => what))];
  const parts = [...(isLong ? [duration(seconds * 1000)] : []), ...counted(whats)];
  const more = whats.length - MAX_DETAILS;
  return {
    words: `${listed(parts)} to catch up`,
    short: isLong ? duration(seconds * 1000) : `${whats.length} again`,
    details: [
      ...whats.slice(0, MAX_DETAILS).map((what) => `The last time it ${what}.`),
      ...(more > 0 ? [`And ${more} more.`] : []),
    ],
    sources: [
      ...new Set([
        ...effects.map(({ lineStart }) => sourceAt(lineStart)),
        ...(isLong ? asked.map(({ source }) => source) : []),
      ]),
    ],
  };
}

const KINDS = [
  ["wrote ", "written file"],
  ["removed ", "removed file"],
  ["started ", "started program"],
  ["connected ", "connection"],
] as const;

/** `2 written files`, `1 connection`. */
function counted(whats: readonly string[]): string[] {
  const parts = KINDS.map(
    ([verb, noun]) => [whats.filter((what) => what.startsWith(verb)).length, noun] as const,
  );
  const others = whats.length - parts.reduce((sum, [amount]) => sum + amount, 0);
  return [...parts, [others, "other effect"] as const]
    .filter(([amount]) => amount > 0)
    .map(([amount, noun]) => `${amount} ${noun}${amount === 1 ? "" : "s"}`);
}
