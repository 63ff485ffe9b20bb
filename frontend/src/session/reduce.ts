import type {
  CompleteEvent,
  EventFrame,
  InputEvent,
  KernelInfo,
  PlanEvent,
  QueuedRun,
  RunEnd,
  SessionResponse,
  SnapshotProblem,
} from "../backend/types";
import { resultId } from "./results";

/** How far a run has come. */
export interface RunProgress {
  readonly runId: string;
  readonly total: number;
  readonly finished: number;
  /** When it began, in the page's own clock (milliseconds). */
  readonly startedAt: number;
}

/** What the process of now has run as one run of one text. */
export interface Timeline {
  /** The ids of the results, from the script's first statement on. */
  readonly ran: readonly string[];
  /** Whether anything else ran in it since, so that its variables may be others than those of that run. */
  readonly mixed: boolean;
  /** The fresh run under way, whose statements go on with it. */
  readonly runId: string | null;
  /** The last run of this process whose text did not compile, so that nothing ran; null where there was none. */
  readonly broken: string | null;
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
  readonly timeline: Timeline;
  /** From where on no snapshots can be made, and why. */
  readonly declined: SnapshotProblem | null;
  /** Whether the command asks pages to catch up by themselves. */
  readonly follow: boolean;
}

const NOTHING_RAN: Timeline = { ran: [], mixed: false, runId: null, broken: null };

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
    timeline: {
      ran: (answer.timeline ?? []).map(resultId),
      mixed: answer.mixed ?? false,
      runId: answer.mixed ? null : answer.runId,
      broken: null,
    },
    declined: answer.declined ?? null,
    follow: answer.follow ?? false,
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
        timeline: begun(state.timeline, event),
        declined: leftOf(state.declined, event),
      };
    case "result": {
      const { runId, ran } = state.timeline;
      const timeline =
        runId === event.runId ? { ...state.timeline, ran: [...ran, resultId(event)] } : state.timeline;
      return state.run?.runId === event.runId
        ? { ...state, timeline, run: { ...state.run, finished: state.run.finished + 1 } }
        : state;
    }
    case "declined": {
      const { runId, nodeIndex, reason } = event;
      return { ...state, declined: reason ? { runId, nodeIndex, reason } : null };
    }
    case "complete": {
      const queued = state.queued.filter(({ runId }) => runId !== event.runId);
      const { status } = event;
      // One that was stopped before it began; of a kernel that does not start, others tell.
      const neverBegan = state.run === null && status !== "died" && status !== "superseded";
      if (state.run?.runId !== event.runId && !neverBegan) return { ...state, queued };
      const timeline = ended(state.timeline, event);
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
      return { ...state, queued, run: null, lastRun, timeline };
    }
    case "input":
      return { ...state, input: event };
    case "input-done":
      return event.answer?.given ? state : { ...state, input: null };
    case "kernel": {
      const isAnother = event.kernel.generation !== state.kernel.generation;
      return {
        ...state,
        kernel: event.kernel,
        timeline: isAnother ? NOTHING_RAN : state.timeline,
        declined: isAnother ? null : state.declined,
        argumentsWait: state.argumentsWait && event.kernel.generation === state.kernel.generation,
        startedAnew:
          state.startedAnew || (event.kernel.generation > state.kernel.generation && !!event.kernel.reason),
      };
    }
    case "script":
      return { ...state, scriptPath: event.scriptPath };
    case "arguments":
      return { ...state, arguments: event.arguments, argumentsWait: event.waits ?? false };
    case "results-cleared":
      return state.run ? state : { ...state, lastRun: null };
    case "reset":
      return {
        ...state,
        queued: [],
        run: null,
        lastRun: null,
        input: null,
        startedAnew: false,
        timeline: NOTHING_RAN,
        declined: null,
      };
    default:
      return state;
  }
}

/** The timeline when a run begins: a fresh one goes on from what it keeps, any other is mixed in. */
function begun(timeline: Timeline, event: PlanEvent): Timeline {
  if (event.broken) return { ...timeline, broken: event.runId };
  if (!event.fresh) return { ...timeline, mixed: true, runId: null };
  const kept = (event.kept ?? []).map(resultId);
  // A run that ends above what has run already leaves the process as it is.
  const isBeginning = event.statements.length === 0 && kept.every((id, index) => timeline.ran[index] === id);
  return { ran: isBeginning ? timeline.ran : kept, mixed: false, runId: event.runId, broken: null };
}

/** The timeline when a run is over: a statement that was cut off is no part of it. */
function ended(timeline: Timeline, { runId, status, cutOff }: CompleteEvent): Timeline {
  if (timeline.runId !== runId) return timeline;
  const isCut = cutOff || status === "interrupted" || status === "died";
  const isOwn = timeline.ran.at(-1)?.startsWith(`${runId}:`);
  return { ...timeline, runId: null, ran: isCut && isOwn ? timeline.ran.slice(0, -1) : timeline.ran };
}

/** What a fresh run that begins above it leaves of a place from where no snapshots can be made. */
function leftOf(declined: SnapshotProblem | null, event: PlanEvent): SnapshotProblem | null {
  const runsAgain = event.fresh && event.statements.length > 0;
  return runsAgain && declined && declined.nodeIndex >= (event.kept ?? []).length ? null : declined;
}
