/** Answers and events of a session → effects on the results in the editor. */
import type { StateEffect, Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { EventFrame, FileEvent, QueuedRun, SessionResponse } from "../backend/types";
import { textOf } from "../documents/text-document";
import { changesBetween } from "../editor/line-diff";
import type { PlannedResult } from "../editor/results/placed-results";
import {
  clearResults,
  endRun,
  fileChanged,
  planResults,
  resetResults,
  updateResults,
} from "../editor/results/results-field";
import { linesNow, rangeOf } from "../editor/sent-documents";
import { type StatementRange, statementsOf } from "../editor/statements";
import type { SessionState } from "../session/reduce";
import { isStatementEvent, restored, resultId, type StatementEvent, waiting } from "../session/results";

/** The results of *answer* at their places in *doc*, and how the text that they belong to became *doc*. */
export function placedIn(doc: Text, answer: SessionResponse, now: number) {
  const script = textOf(answer.script ?? "");
  const changes = changesBetween(script, doc);
  const placed = answer.statements.map((statement): PlannedResult => {
    const result = restored(statement, now);
    const question = answer.input && resultId(answer.input) === result.id ? answer.input : null;
    const input = question && {
      number: question.question,
      prompt: question.prompt,
      password: question.password ?? false,
    };
    const range = rangeOf(script, changes, statement.lineStart, statement.lineEnd);
    const earlier = (statement.earlier ?? []).map((one) => ({
      ...range,
      result: restored(one, now),
      stale: one.stale ?? false,
      older: null,
      earlier: [],
      below: false,
    }));
    return { ...range, result: { ...result, input }, earlier };
  });
  // What was deleted from the text since has no place in it.
  const results = placed.filter(({ from, to, result }) => from < to || result.source === "");
  return { script, changes, results };
}

/** What a change of a file does to the results of those that had used it. */
export function effectsOfFile({ path, importedBy, readBy }: FileEvent): StateEffect<unknown>[] {
  const changed = (how: "changedImports" | "changedFiles", statements: typeof readBy) =>
    statements ? [fileChanged.of({ path, statements, how })] : [];
  return [...changed("changedImports", importedBy), ...changed("changedFiles", readBy)];
}

/** A run that this page asked for. */
interface OwnRun {
  readonly whole: boolean;
  /** Where lines of the text that was sent are now. */
  place(lineStart: number, lineEnd: number): { from: number; to: number };
}

/** What *events* do to the results; *ownRun* is null for a run that another page asked for. */
export function effectsOf(
  events: readonly EventFrame[],
  now: number,
  ownRun: (runId: string) => OwnRun | null,
): StateEffect<unknown>[] {
  const effects: StateEffect<unknown>[] = [];
  let batch: StatementEvent[] = [];
  const flush = () => {
    if (batch.length > 0) effects.push(updateResults.of({ events: batch, now }));
    batch = [];
  };
  for (const event of events) {
    if (isStatementEvent(event)) batch.push(event);
    else if (event.type === "plan") {
      flush();
      const run = ownRun(event.runId);
      if (!run) continue;
      const statements = event.statements.map((statement) => ({
        ...run.place(statement.lineStart, statement.lineEnd),
        result: waiting(event.runId, statement),
      }));
      const kept = (event.kept ?? []).map((one) => ({
        ...run.place(one.lineStart, one.lineEnd),
        kept: one,
      }));
      effects.push(planResults.of({ whole: run.whole && !event.broken, statements, kept }));
    } else if (event.type === "complete") {
      flush();
      const ending = { status: event.status, exitCode: event.exitCode ?? null };
      effects.push(endRun.of({ runId: event.runId, ending }));
    } else if (event.type === "results-cleared") {
      flush();
      effects.push(clearResults.of(null));
    } else if (event.type === "reset") {
      flush();
      effects.push(resetResults.of(null));
    }
  }
  flush();
  return effects;
}

export const NOTHING_QUEUED: readonly QueuedRun[] = [];

/** The runs that wait for another one, or for the kernel to come up; one whose turn is now is about to have a plan. */
export function waitingRuns({ queued, run, kernel }: SessionState): readonly QueuedRun[] {
  const waits = queued.length > 0 && (run !== null || kernel.state === "starting");
  return waits ? queued : NOTHING_QUEUED;
}

/** The statements of *queued*. *keyOf* tells what this page knows a run by; another page's is taken to be of this text. */
export function queuedStatements(
  view: EditorView,
  queued: readonly QueuedRun[],
  keyOf: (runId: string) => object | null,
): StatementRange[] {
  if (queued.length === 0) return [];
  const { doc } = view.state;
  const ranges = queued.map(({ runId, lineRange }) => {
    if (!lineRange) return { from: 0, to: doc.length };
    const key = keyOf(runId);
    const now = key && linesNow(view, key);
    if (now) return now(lineRange.from, lineRange.to);
    const line = (number: number) => doc.line(Math.max(1, Math.min(number, doc.lines)));
    return { from: line(lineRange.from).from, to: line(lineRange.to).to };
  });
  return statementsOf(view.state).filter((one) =>
    ranges.some(({ from, to }) => from <= one.to && one.from <= to),
  );
}
