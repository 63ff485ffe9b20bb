/** How the last run ended or what it asks, where in the present text, and in which words. */
import type { Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { OutputItem, RunEnd } from "../../backend/types";
import { ERROR_FORMAT, readReport } from "../../output/error/error-report";
import type { SessionState } from "../../session/reduce";
import { resultId } from "../../session/results";
import { duration } from "../../ui/duration";
import type { PlacedResult } from "./placed-results";
import { failedLine } from "./results";
import { resultsOf } from "./results-field";

export interface RunOutcome {
  readonly kind: "asks" | RunEnd["status"];
  /** Whether it is as one would wish. */
  readonly well: boolean;
  /** `Error, line 74`. */
  readonly headline: string;
  /** `Error, line 74: KeyError 'zz'`. */
  readonly words: string;
  /** Of the present text, from 1; null where there is no such line. */
  readonly line: number | null;
}

/** So many characters of a question or of an error are enough for one line. */
const MAX_WORDS = 120;

/** What there is to say of the run that asks, or that ended last; null while one goes on, and before the first. */
export function outcomeOf(session: SessionState, { state }: EditorView): RunOutcome | null {
  const { input, run, lastRun } = session;
  const placed = resultsOf(state);
  if (input) {
    const asking = placed.find(({ result }) => result.id === resultId(input));
    const line = asking ? state.doc.lineAt(asking.from).number : null;
    const headline = line === null ? "The script asks" : `Line ${line} asks`;
    return { kind: "asks", well: false, headline, words: withWords(headline, input.prompt), line };
  }
  if (run || !lastRun) return null;
  const { status, exitCode, total, durationMs } = lastRun;
  const ending = endingOf(lastRun, placed);
  const line = ending && lineOf(ending, state.doc);
  const place = line === null ? "" : `, line ${line}`;
  const made = (headline: string, words = "") => ({
    kind: status,
    well: status === "ok" || (status === "exited" && exitCode === 0),
    headline,
    words: withWords(headline, words),
    line: status === "ok" ? null : line,
  });
  switch (status) {
    case "ok":
      return made(`${total} ${total === 1 ? "statement" : "statements"}, ${duration(durationMs)}`);
    case "error":
      return made(`Error${place}`, errorWords(ending?.result.output.find(({ type }) => type === "error")));
    case "superseded": // by a run that has its own outcome
      return null;
    case "interrupted":
      return made(`Interrupted${place}`);
    case "exited":
      return made(`Exit ${exitCode ?? 0}${place}`);
    case "died":
      return made(`Kernel died${place}`);
  }
}

/** The statement with which a run ended: that which failed, else the last that began. */
function endingOf({ runId, status }: RunEnd, placed: readonly PlacedResult[]): PlacedResult | null {
  const own = placed.filter(({ result }) => result.runId === runId);
  if (status === "error") return own.find(({ result }) => result.state === "failed") ?? null;
  return own.find(({ result }) => result.ending !== null) ?? null;
}

function lineOf(placed: PlacedResult, doc: Text): number {
  return doc.lineAt(failedLine(placed, doc)).number;
}

function withWords(headline: string, words: string): string {
  const line = words.trim().split("\n", 1)[0]?.slice(0, MAX_WORDS);
  return line ? `${headline}: ${line}` : headline;
}

/** `KeyError 'zz'`. */
function errorWords(item: OutputItem | undefined): string {
  if (!item) return "";
  const report = readReport(item.data?.[ERROR_FORMAT]);
  if (report) return `${report.type.split(".").at(-1)} ${report.message}`;
  return item.text.trim().split("\n").at(-1) ?? "";
}
