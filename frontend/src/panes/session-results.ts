/** Answers and events of a session → effects on the results in the editor. */
import type { StateEffect, Text } from "@codemirror/state";
import type { EventFrame, SessionResponse } from "../backend/types";
import { changesBetween } from "../documents/line-diff";
import { textOf } from "../documents/text-document";
import type { PlannedResult } from "../editor/results/placed-results";
import { endRun, planResults, resetResults, updateResults } from "../editor/results/results-field";
import { rangeOf } from "../editor/sent-documents";
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
      effects.push(planResults.of({ whole: run.whole, statements }));
    } else if (event.type === "complete") {
      flush();
      const ending = { status: event.status, exitCode: event.exitCode ?? null };
      effects.push(endRun.of({ runId: event.runId, ending }));
    } else if (event.type === "reset") {
      flush();
      effects.push(resetResults.of(null));
    }
  }
  flush();
  return effects;
}
