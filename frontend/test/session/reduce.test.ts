import { describe, expect, test } from "vitest";
import type { EventFrame, SessionStatement } from "../../src/backend/types";
import { reduce, type SessionState, stateOf } from "../../src/session/reduce";
import { answer } from "./answer";

const idle = stateOf(answer, 0);

function statement(nodeIndex: number): {
  nodeIndex: number;
  lineStart: number;
  lineEnd: number;
  source: string;
} {
  return { nodeIndex, lineStart: nodeIndex + 1, lineEnd: nodeIndex + 1, source: `x${nodeIndex}` };
}

function happened(state: SessionState, ...events: [EventFrame, number][]): SessionState {
  return events.reduce((now, [event, at]) => reduce(now, event, at), state);
}

const queued: EventFrame = { type: "queued", runId: "r1" };
const plan: EventFrame = { type: "plan", runId: "r1", whole: true, statements: [statement(0), statement(1)] };
const result: EventFrame = {
  type: "result",
  runId: "r1",
  nodeIndex: 0,
  lineStart: 1,
  lineEnd: 1,
  isInvisible: true,
  durationMs: 1,
  endedAt: 0,
};

describe("a run", () => {
  test("waits once it was accepted", () => {
    expect(happened(idle, [queued, 0]).queued).toEqual([{ runId: "r1", lineRange: null }]);
  });

  test("is under way from its plan on, and waits no longer", () => {
    const state = happened(idle, [queued, 0], [plan, 5]);
    expect(state.queued).toEqual([]);
    expect(state.run).toEqual({ runId: "r1", total: 2, finished: 0, startedAt: 5 });
  });

  test("counts its statements as they end", () => {
    expect(happened(idle, [plan, 0], [result, 1]).run?.finished).toBe(1);
  });

  test("does not count the statements of another run", () => {
    expect(happened(idle, [plan, 0], [{ ...result, runId: "r0" }, 1]).run?.finished).toBe(0);
  });

  test("leaves how it ended", () => {
    const state = happened(
      idle,
      [plan, 10],
      [result, 20],
      [{ type: "complete", runId: "r1", status: "error" }, 35],
    );
    expect(state.run).toBeNull();
    expect(state.lastRun).toEqual({
      runId: "r1",
      status: "error",
      exitCode: null,
      total: 2,
      finished: 1,
      durationMs: 25,
    });
  });

  test("that is stopped before it begins is the last one", () => {
    const stopped: EventFrame = { type: "complete", runId: "r1", status: "interrupted" };
    const state = happened(idle, [queued, 0], [stopped, 5]);
    expect([state.queued, state.run]).toEqual([[], null]);
    expect(state.lastRun).toMatchObject({ runId: "r1", status: "interrupted", total: 0, durationMs: 0 });
  });

  test("that is dropped before its turn waits no longer and does not end the one under way", () => {
    const state = happened(
      idle,
      [plan, 0],
      [{ type: "queued", runId: "r2" }, 1],
      [{ type: "complete", runId: "r2", status: "interrupted" }, 2],
    );
    expect(state.queued).toEqual([]);
    expect(state.run?.runId).toBe("r1");
    expect(state.lastRun).toBeNull();
  });
});

test("a question is there until it is answered", () => {
  const asked = happened(
    idle,
    [plan, 0],
    [{ type: "input", runId: "r1", nodeIndex: 0, question: 1, prompt: "Name? ", password: false }, 1],
  );
  expect(asked.input?.prompt).toBe("Name? ");
  expect(happened(asked, [{ type: "input-done", runId: "r1", nodeIndex: 0 }, 2]).input).toBeNull();
});

test("a reset leaves no run, no queue and no question", () => {
  const state = happened(idle, [plan, 0], [{ type: "queued", runId: "r2" }, 0], [{ type: "reset" }, 1]);
  expect([state.run, state.queued, state.lastRun, state.input]).toEqual([null, [], null, null]);
});

test("the kernel is as the last event said", () => {
  expect(happened(idle, [{ type: "kernel", kernel: { state: "busy", generation: 1 } }, 0]).kernel).toEqual({
    state: "busy",
    generation: 1,
  });
});

test("a kernel that died is not as ever until something runs in the next one", () => {
  const kernel = { state: "idle", generation: 2, reason: "killed" } as const;
  const anew = happened(stateOf(answer, 0), [{ type: "kernel", kernel }, 0]);
  expect(anew.startedAnew).toBe(true);
  expect(happened(anew, [plan, 1]).startedAnew).toBe(false);
});

test("a page that comes later knows how the last run ended", () => {
  const lastRun = {
    runId: "r0",
    status: "exited",
    total: 3,
    finished: 2,
    durationMs: 9,
    exitCode: 2,
  } as const;
  expect(stateOf({ ...answer, lastRun }, 0).lastRun).toEqual(lastRun);
});

test("a page that comes later knows how far the run is and since when", () => {
  const done: SessionStatement = {
    ...statement(0),
    runId: "r1",
    state: "done",
    output: [],
    isInvisible: true,
    stale: false,
    importsChanged: false,
    durationMs: 40,
  };
  const running: SessionStatement = {
    ...done,
    ...statement(1),
    state: "running",
    durationMs: null,
    runningMs: 60,
  };
  const older: SessionStatement = { ...done, ...statement(2), runId: "r0" };
  const state = stateOf({ ...answer, runId: "r1", statements: [done, running, older] }, 1000);
  expect(state.run).toEqual({ runId: "r1", total: 2, finished: 1, startedAt: 900 });
});

describe("the timeline", () => {
  const at = (nodeIndex: number, runId: string): EventFrame =>
    ({ ...result, runId, nodeIndex }) as EventFrame;
  const keep = (nodeIndex: number, runId: string) => ({ ...statement(nodeIndex), runId });
  const fresh: EventFrame = { ...plan, fresh: true };
  const ok = (runId: string): EventFrame => ({ type: "complete", runId, status: "ok" });
  const ran = happened(idle, [fresh, 0], [at(0, "r1"), 1], [at(1, "r1"), 2], [ok("r1"), 3]);

  test("is what a fresh run keeps and what it runs", () => {
    expect(ran.timeline).toEqual({ ran: ["r1:0", "r1:1"], mixed: false, runId: null, broken: null });
    const again: EventFrame = { ...fresh, runId: "r2", kept: [keep(0, "r1")], statements: [statement(1)] };
    expect(happened(ran, [again, 4], [at(1, "r2"), 5]).timeline.ran).toEqual(["r1:0", "r2:1"]);
  });

  test("stays where a fresh run ends above what has run already", () => {
    const shorter: EventFrame = { ...fresh, runId: "r2", kept: [keep(0, "r1")], statements: [] };
    expect(happened(ran, [shorter, 4], [ok("r2"), 5]).timeline.ran).toEqual(["r1:0", "r1:1"]);
  });

  test("is mixed once another run has begun, but by a text that does not compile", () => {
    const other: EventFrame = { ...plan, runId: "r2" };
    const mixed = happened(ran, [other, 4], [at(0, "r2"), 5]);
    expect(mixed.timeline).toEqual({ ran: ["r1:0", "r1:1"], mixed: true, runId: null, broken: null });
    expect(happened(ran, [{ ...other, broken: true }, 4], [at(0, "r2"), 5]).timeline).toEqual({
      ...ran.timeline,
      broken: "r2",
    });
    expect(happened(mixed, [{ ...fresh, runId: "r3" }, 6]).timeline.mixed).toBe(false);
  });

  test("has no statement that did not run to its end", () => {
    const status = "superseded";
    const cut: EventFrame = { type: "complete", runId: "r1", status, cutOff: true };
    const begun = happened(idle, [fresh, 0], [at(0, "r1"), 1], [at(1, "r1"), 2]);
    expect(happened(begun, [cut, 3]).timeline.ran).toEqual(["r1:0"]);
    expect(happened(begun, [{ ...cut, cutOff: false }, 3]).timeline.ran).toEqual(["r1:0", "r1:1"]);
  });

  test("ends with its process", () => {
    const kernel = { ...idle.kernel, generation: idle.kernel.generation + 1 };
    expect(happened(ran, [{ type: "kernel", kernel }, 4]).timeline.ran).toEqual([]);
    expect(happened(ran, [{ type: "reset" }, 4]).timeline.ran).toEqual([]);
  });

  test("has a place from where no snapshots are made, until a run begins above it", () => {
    const declined: EventFrame = { type: "declined", runId: "r1", nodeIndex: 1, reason: "threads" };
    const state = happened(ran, [declined, 4]);
    expect(state.declined).toEqual({ runId: "r1", nodeIndex: 1, reason: "threads" });
    const below: EventFrame = {
      ...fresh,
      runId: "r2",
      kept: [keep(0, "r1"), keep(1, "r1")],
      statements: [statement(2)],
    };
    expect(happened(state, [below, 5]).declined).not.toBeNull();
    expect(happened(state, [{ ...fresh, runId: "r2" }, 5]).declined).toBeNull();
    expect(happened(state, [{ ...declined, reason: "" }, 5]).declined).toBeNull();
  });
});
