import type {
  EventFrame,
  InputEvent,
  KernelInfo,
  QueuedRun,
  RunEnd,
  SessionResponse,
} from "../backend/types";

/** How far a run has come. */
export interface RunProgress {
  readonly runId: string;
  readonly total: number;
  readonly finished: number;
  /** When it began, in the page's own clock (milliseconds). */
  readonly startedAt: number;
}

/** The state of a session without its results, which are state of the editor, where they have a place. */
export interface SessionState {
  readonly sessionId: string;
  readonly scriptPath: string | null;
  readonly root: string;
  readonly rditVersion: string;
  readonly kernel: KernelInfo;
  readonly queued: readonly QueuedRun[];
  readonly run: RunProgress | null;
  readonly lastRun: RunEnd | null;
  readonly input: InputEvent | null;
  /** The line of the script's arguments; null when nobody has given any. */
  readonly arguments: string | null;
  /** Whether the process of now was begun with others. */
  readonly argumentsWait: boolean;
  /** Whether the kernel died and another came up, in which nothing has run yet. */
  readonly startedAnew: boolean;
}

/** The state that a `GET /api/session` describes; *now* is the page's clock in milliseconds. */
export function stateOf(answer: SessionResponse, now: number): SessionState {
  const own = answer.statements.filter((statement) => statement.runId === answer.runId);
  const ran = own.reduce((sum, { durationMs, runningMs }) => sum + (durationMs ?? runningMs ?? 0), 0);
  return {
    sessionId: answer.sessionId,
    scriptPath: answer.scriptPath,
    root: answer.root,
    rditVersion: answer.rditVersion,
    kernel: answer.kernel,
    queued: answer.queued,
    run: answer.runId
      ? {
          runId: answer.runId,
          total: own.length,
          finished: own.filter(({ state }) => state === "done" || state === "failed").length,
          startedAt: now - ran,
        }
      : null,
    lastRun: answer.lastRun ?? null,
    input: answer.input,
    arguments: answer.arguments ?? null,
    argumentsWait: answer.argumentsWait ?? false,
    startedAnew: answer.lastRun?.status === "died" && answer.runId === null,
  };
}

/** The state after *event*. Pure; what an older run still says is dropped by its id. */
export function reduce(state: SessionState, event: EventFrame, now: number): SessionState {
  switch (event.type) {
    case "queued":
      return {
        ...state,
        queued: [...state.queued, { runId: event.runId, lineRange: event.lineRange ?? null }],
      };
    case "plan":
      return {
        ...state,
        queued: state.queued.filter(({ runId }) => runId !== event.runId),
        run: { runId: event.runId, total: event.statements.length, finished: 0, startedAt: now },
        startedAnew: false,
      };
    case "result":
      return state.run?.runId === event.runId
        ? { ...state, run: { ...state.run, finished: state.run.finished + 1 } }
        : state;
    case "complete": {
      const queued = state.queued.filter(({ runId }) => runId !== event.runId);
      const { status } = event;
      // One that was stopped before it began; of a kernel that does not start, others tell.
      const neverBegan = state.run === null && status !== "died";
      if (state.run?.runId !== event.runId && !neverBegan) return { ...state, queued };
      const { runId } = event;
      const { total, finished, startedAt } = state.run ?? { total: 0, finished: 0, startedAt: now };
      const lastRun = {
        runId,
        status,
        exitCode: event.exitCode ?? null,
        total,
        finished,
        durationMs: now - startedAt,
      };
      return { ...state, queued, run: null, lastRun };
    }
    case "input":
      return { ...state, input: event };
    case "input-done":
      return { ...state, input: null };
    case "kernel":
      return {
        ...state,
        kernel: event.kernel,
        argumentsWait: state.argumentsWait && event.kernel.generation === state.kernel.generation,
        startedAnew:
          state.startedAnew || (event.kernel.generation > state.kernel.generation && !!event.kernel.reason),
      };
    case "script":
      return { ...state, scriptPath: event.scriptPath };
    case "arguments":
      return { ...state, arguments: event.arguments, argumentsWait: event.waits ?? false };
    case "results-cleared":
      return state.run ? state : { ...state, lastRun: null };
    case "reset":
      return { ...state, queued: [], run: null, lastRun: null, input: null, startedAnew: false };
    default:
      return state;
  }
}
