import { extended } from "../backend/output";
import type {
  EventFrame,
  KeptAnswer,
  KeptStatement,
  OutputItem,
  RunEnd,
  SessionStatement,
  StatementInfo,
} from "../backend/types";

/** How a run ended with a statement. */
export interface Ending {
  readonly status: RunEnd["status"];
  /** When it exited. */
  readonly exitCode: number | null;
}

/** What a statement has shown, and how it fares. Where it stands in the text is the editor's business. */
export interface Result {
  /** Unique within the session: the run and the statement's index in the script. */
  readonly id: string;
  readonly runId: string;
  readonly nodeIndex: number;
  /** The statement's lines as they ran. */
  readonly source: string;
  /** Its first line in the script as it ran, to which the lines in its errors refer. */
  readonly lineStart: number;
  readonly state: "waiting" | "running" | "done" | "failed";
  readonly output: readonly OutputItem[];
  /** When it began, in the page's own clock (milliseconds). */
  readonly startedAt: number | null;
  /** When it began, in the server's clock (milliseconds since 1970): which of two ran later. */
  readonly ranAt: number | null;
  readonly durationMs: number | null;
  /** By how much it raised the most memory that the script's process ever held. */
  readonly peakMemoryBytes: number | null;
  /** The files that it imported, directly or through others, and that changed since. */
  readonly changedImports: readonly string[];
  /** The files that it read and that changed since. */
  readonly changedFiles: readonly string[];
  /** What its `input()` was given, in order. */
  readonly answers: readonly KeptAnswer[];
  /** How its run ended with it, where that was neither well nor by an exception. */
  readonly ending: Ending | null;
  /** Whether the kernel was reset since: its variables are gone, and the next run takes it away. */
  readonly beforeReset: boolean;
  /** The question it waits with, in `input()`. */
  readonly input: { readonly number: number; readonly prompt: string; readonly password: boolean } | null;
}

/** Where an output item belongs, as the server names it. */
export interface OutputPlace {
  readonly runId: string;
  readonly nodeIndex: number;
  readonly item: number;
}

/** Whether a person stopped it: that is what they wanted, and no failure. */
export function isInterrupted({ ending }: Result): boolean {
  return ending?.status === "interrupted";
}

const places = new WeakMap<OutputItem, OutputPlace>();

/** Where *item* belongs; undefined when it never was part of a result. */
export function placeOfItem(item: OutputItem): OutputPlace | undefined {
  return places.get(item);
}

/** *next* is *item* with more of it: it belongs where that does. */
export function keepPlaceOf(item: OutputItem, next: OutputItem): void {
  const place = places.get(item);
  if (place) places.set(next, place);
}

/** A name for *item* that no other has, whatever its session; undefined when it never was part of a result. */
export function nameOfItem(item: OutputItem): string | undefined {
  const place = places.get(item);
  return place && `${resultId(place)}:${place.item}`;
}

function notePlaces({ runId, nodeIndex, output }: Result): void {
  output.forEach((item, index) => {
    if (!places.has(item)) places.set(item, { runId, nodeIndex, item: index });
  });
}

/** The events that concern one statement. */
export type StatementEvent = Extract<EventFrame, { nodeIndex: number }>;

export function isStatementEvent(event: EventFrame): event is StatementEvent {
  return "nodeIndex" in event;
}

export function resultId(at: { runId: string; nodeIndex: number }): string {
  return `${at.runId}:${at.nodeIndex}`;
}

/** The result of a statement that waits for its turn. */
export function waiting(runId: string, statement: StatementInfo): Result {
  return {
    id: resultId({ runId, nodeIndex: statement.nodeIndex }),
    runId,
    nodeIndex: statement.nodeIndex,
    source: statement.source,
    lineStart: statement.lineStart,
    state: "waiting",
    output: [],
    startedAt: null,
    ranAt: null,
    durationMs: null,
    peakMemoryBytes: null,
    changedImports: [],
    changedFiles: [],
    answers: [],
    ending: null,
    beforeReset: false,
    input: null,
  };
}

/** A result as the server tells it to a page that comes later. */
export function restored(statement: SessionStatement, now: number): Result {
  const result: Result = {
    id: resultId(statement),
    runId: statement.runId,
    nodeIndex: statement.nodeIndex,
    source: statement.source,
    lineStart: statement.lineStart,
    state: statement.state,
    output: statement.output,
    startedAt: statement.state === "running" ? now - (statement.runningMs ?? 0) : null,
    ranAt: statement.startedAt ?? null,
    durationMs: statement.durationMs ?? null,
    peakMemoryBytes: statement.peakMemoryBytes ?? null,
    changedImports: statement.changedImports ?? [],
    changedFiles: statement.changedFiles ?? [],
    answers: statement.answers ?? [],
    ending: statement.ended ? { status: statement.ended, exitCode: statement.exitCode ?? null } : null,
    beforeReset: false,
    input: null,
  };
  notePlaces(result);
  return result;
}

/** A result that a fresh run keeps: it is one of the text of now, where its statement stands at *kept*. */
export function staying(result: Result, kept: KeptStatement): Result {
  return { ...result, source: kept.source, lineStart: kept.lineStart, changedImports: [], changedFiles: [] };
}

/** *result* after *events*, all of which are its own, in order. */
export function withEvents(result: Result, events: readonly StatementEvent[], now: number): Result {
  const next = { ...result };
  // Copied once for a whole batch: a print flood brings thousands of pieces in one frame.
  let output: OutputItem[] | undefined;
  for (const event of events) {
    switch (event.type) {
      case "start":
        next.state = "running";
        next.startedAt = now;
        next.ranAt = event.startedAt;
        break;
      case "output":
        output ??= [...next.output];
        output[event.index] = extended(output[event.index], event);
        break;
      case "clear":
        output = [];
        break;
      case "input":
        next.input = { number: event.question, prompt: event.prompt, password: event.password ?? false };
        break;
      case "input-done":
        if (!event.answer?.given) next.input = null;
        if (event.answer) next.answers = [...next.answers, event.answer];
        break;
      case "result":
        next.state = (output ?? next.output).some((item) => item.type === "error") ? "failed" : "done";
        next.durationMs = event.durationMs;
        next.peakMemoryBytes = event.peakMemoryBytes ?? null;
        break;
    }
  }
  if (output) {
    next.output = output;
    notePlaces(next);
  }
  return next;
}
