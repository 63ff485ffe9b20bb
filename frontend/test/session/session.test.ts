import { effect } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type NumberedEvent,
  Refused,
  type SessionBackend,
  Unreachable,
} from "../../src/backend/execution-backend";
import type {
  DetachedResponse,
  EventFrame,
  PlanEvent,
  SessionResponse,
  SessionStatement,
} from "../../src/backend/types";
import { Session, type SessionListener } from "../../src/session/session";
import { answer } from "./answer";

const done: SessionStatement = {
  runId: "r0",
  nodeIndex: 0,
  lineStart: 1,
  lineEnd: 1,
  source: "x",
  state: "done",
  output: [],
  isInvisible: true,
  stale: false,
  importsChanged: false,
};

/** A connection whose events the test sends. */
class Connection {
  private readonly arrived: (NumberedEvent | Error | null)[] = [];
  private wake: () => void = () => undefined;

  constructor(readonly after: number) {}

  send(id: number, event: EventFrame): void {
    this.put({ id, event });
  }

  /** End as a server ends it, or break. */
  end(error: Error | null = null): void {
    this.put(error);
  }

  async *events(): AsyncGenerator<NumberedEvent> {
    for (;;) {
      while (this.arrived.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      const next = this.arrived.shift();
      if (next === null || next === undefined) return;
      if (next instanceof Error) throw next;
      yield next;
    }
  }

  private put(arrival: NumberedEvent | Error | null): void {
    this.arrived.push(arrival);
    this.wake();
  }
}

let connections: Connection[];
let told: string[];
let present: SessionResponse;
let reopened: () => SessionResponse;
let session: Session;

const backend = {
  session: async () => present,
  events: (after: number) => {
    const connection = new Connection(after);
    connections.push(connection);
    return connection.events();
  },
  start: vi.fn(async () => ({ runId: "r1", eventId: 11 })),
} as unknown as SessionBackend;

/** Settles once results can be shown. */
let ready: Promise<void>;

const listener: SessionListener = {
  ready: () => ready,
  replaced: ({ statements }) => told.push(`replaced by ${statements.length}`),
  happened: (events) => told.push(events.map(({ type }) => type).join(" ")),
  orphaned: () => told.push("orphaned"),
  lacks: ({ kept }: PlanEvent) => kept?.some(({ runId }) => runId === "gone") ?? false,
};

beforeEach(() => {
  vi.useFakeTimers();
  connections = [];
  told = [];
  ready = Promise.resolve();
  present = answer;
  reopened = () => present;
  session = new Session({ backend, answer }, async () => ({ backend, answer: reopened() }), listener);
});

afterEach(() => {
  session.detach();
  connections.at(-1)?.end();
  vi.useRealTimers();
});

/** Let everything happen that is under way, and the pause before the next attempt go by. */
async function settle(milliseconds = 300): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

function last(): Connection {
  return connections.at(-1) as Connection;
}

/** Hold the next run's answer back until what is returned is called. */
function answeredLater(): (answer: DetachedResponse) => void {
  let reply: (answer: DetachedResponse) => void = () => undefined;
  vi.mocked(backend.start).mockReturnValueOnce(new Promise((resolve) => (reply = resolve)));
  return (response) => reply(response);
}

/** A multiple of the 16 milliseconds between two frames of these timers. */
const A_FRAMES_BEGIN = 320;
const plan: EventFrame = { type: "plan", runId: "r1", whole: true, statements: [] };
const complete: EventFrame = { type: "complete", runId: "r1", status: "ok" };

describe("following", () => {
  beforeEach(async () => {
    void session.attach();
    await settle(0);
  });

  test("begins after what the page has read", () => {
    expect(last().after).toBe(10);
  });

  test("gathers what comes within one frame, in order, and keeps the state", async () => {
    last().send(11, { type: "kernel", kernel: { state: "busy", generation: 1 } });
    last().send(12, { type: "reset" });
    await settle();
    expect(told).toEqual(["kernel reset"]);
    expect(session.state.value.kernel.state).toBe("busy");
  });

  test("shows the first of what comes after a pause at once, and what follows closely with the next frame", async () => {
    await settle(A_FRAMES_BEGIN);
    last().send(11, { type: "kernel", kernel: { state: "busy", generation: 1 } });
    await settle(1);
    last().send(12, { type: "reset" });
    await settle(1);
    expect(told).toEqual(["kernel", "reset"]);
    last().send(13, { type: "kernel", kernel: { state: "idle", generation: 1 } });
    await settle(1);
    last().send(14, { type: "reset" });
    await settle(1);
    expect(told).toEqual(["kernel", "reset"]);
    await settle(16);
    expect(told).toEqual(["kernel", "reset", "kernel reset"]);
  });

  test("leaves output of a statement that goes on to the frame, for the statement may end until then", async () => {
    await settle(A_FRAMES_BEGIN);
    const output: EventFrame = {
      type: "output",
      runId: "r1",
      nodeIndex: 0,
      index: 0,
      item: { type: "stdout", text: "1" },
    };
    last().send(11, { type: "reset" });
    await settle(1);
    last().send(12, output);
    await settle(1);
    expect(told).toEqual(["reset"]);
    await settle(16);
    expect(told).toEqual(["reset", "output"]);
    last().send(13, output);
    last().send(14, complete);
    await settle(1);
    expect(told).toEqual(["reset", "output", "output complete"]);
  });

  test("shows what takes long to draw once in a frame", async () => {
    await settle(A_FRAMES_BEGIN);
    const began = performance.now();
    let asked = 0;
    vi.spyOn(performance, "now").mockImplementation(() => {
      asked += 1;
      return began + 10 * asked;
    });
    last().send(11, { type: "kernel", kernel: { state: "busy", generation: 1 } });
    await settle(1);
    last().send(12, { type: "reset" });
    await settle(1);
    expect(told).toEqual(["kernel"]);
    await settle(16);
    expect(told).toEqual(["kernel", "reset"]);
  });

  test("goes on where it was when the connection ends", async () => {
    last().send(11, { type: "reset" });
    last().end();
    await settle(0);
    expect(session.connection.value.kind).toBe("lost");
    present = { ...answer, lastEventId: 11 };
    await settle();
    expect(connections.map(({ after }) => after)).toEqual([10, 11]);
    expect(session.connection.value.kind).toBe("connected");
    expect(told).toEqual(["reset"]);
  });

  test("tries again, less and less often, while there is no server", async () => {
    reopened = () => {
      throw new Unreachable("gone");
    };
    last().end(new Unreachable("broke"));
    await settle(250 + 250);
    expect(session.connection.value.kind).toBe("lost");
    reopened = () => answer;
    await settle(500);
    expect(session.connection.value.kind).toBe("connected");
    expect(connections).toHaveLength(2);
  });

  test("tries at once when it is asked to", async () => {
    last().end();
    await settle(0);
    session.retry();
    await settle(0);
    expect(connections).toHaveLength(2);
  });

  test("stops at a refusal, and goes on when it is told to", async () => {
    reopened = () => {
      throw new Refused(401, "The token is wrong.");
    };
    last().end();
    await settle();
    expect(session.connection.value).toEqual({ kind: "refused", status: 401, detail: "The token is wrong." });
    await settle(60_000);
    expect(connections).toHaveLength(1);
    reopened = () => answer;
    void session.attach();
    await settle();
    expect(session.connection.value.kind).toBe("connected");
  });

  test("reads the whole session again when it fell behind, and nothing of it twice", async () => {
    present = { ...answer, lastEventId: 40, statements: [done] };
    last().send(0, { type: "resync" });
    await settle();
    expect(told).toEqual(["replaced by 1"]);
    expect(last().after).toBe(40);
    last().send(39, { type: "reset" });
    last().send(41, { type: "kernel", kernel: { state: "idle", generation: 1 } });
    await settle();
    expect(told).toEqual(["replaced by 1", "kernel"]);
  });

  test("keeps what it shows when the server was started anew", async () => {
    last().end();
    await settle();
    present = { ...answer, lastEventId: 900 };
    last().send(0, { type: "resync" });
    await settle();
    expect(told).toEqual(["orphaned"]);
    expect(last().after).toBe(900);
  });

  test("keeps what it shows when there is only a new session", async () => {
    present = { ...answer, sessionId: "other", lastEventId: 1 };
    last().end();
    await settle();
    expect(told).toEqual(["orphaned"]);
    expect(session.state.value.sessionId).toBe("other");
    expect(last().after).toBe(1);
  });
});

describe("a run", () => {
  beforeEach(async () => {
    void session.attach();
    await settle(0);
  });

  test("begins to be shown once results can be", async () => {
    let load = () => {};
    ready = new Promise((resolve) => (load = resolve));
    await session.run("a", null, {});
    last().send(11, plan);
    last().send(12, { type: "start", runId: "r1", nodeIndex: 0, startedAt: 0 } as EventFrame);
    await settle();
    expect(told).toEqual([]);
    load();
    await settle();
    expect(told).toEqual(["plan start"]);
  });

  test("of this page is known by its key, also when its plan is faster than its id", async () => {
    const reply = answeredLater();
    const key = {};
    const asked = session.run("x", null, key);
    last().send(11, plan);
    await settle();
    expect(told).toEqual([]);
    reply({ runId: "r1", eventId: 10 });
    await asked;
    await settle();
    expect(told).toEqual(["plan"]);
    expect(session.keyOf("r1")).toBe(key);
  });

  test("keeps the session busy from the moment it is asked for, without a gap until it is over", async () => {
    const reply = answeredLater();
    const seen: boolean[] = [];
    const end = effect(() => void seen.push(session.busy.value));
    const asked = session.run("x", null, {});
    expect(session.busy.value).toBe(true);
    reply({ runId: "r1", eventId: 11 });
    await asked;
    await settle();
    expect(session.busy.value).toBe(true);
    last().send(11, { type: "queued", runId: "r1" });
    await settle();
    last().send(12, plan);
    await settle();
    expect(session.busy.value).toBe(true);
    last().send(13, complete);
    await settle();
    expect(seen).toEqual([false, true, false]);
    end();
  });

  test("that is over before its id has come back leaves nothing busy", async () => {
    const reply = answeredLater();
    const asked = session.run("x", null, {});
    last().send(11, { type: "queued", runId: "r1" });
    last().send(12, plan);
    last().send(13, complete);
    await settle();
    reply({ runId: "r1", eventId: 11 });
    await asked;
    await settle();
    expect(session.busy.value).toBe(false);
  });

  test("that is refused leaves nothing busy", async () => {
    vi.mocked(backend.start).mockRejectedValueOnce(new Refused(429, "Too many."));
    await expect(session.run("x", null, {})).rejects.toThrow("Too many.");
    expect(session.busy.value).toBe(false);
  });

  test("of which a server that was started anew knows nothing leaves nothing busy", async () => {
    await session.run("x", null, {});
    expect(session.busy.value).toBe(true);
    reopened = () => ({ ...answer, sessionId: "another", lastEventId: 500 });
    last().end();
    await settle();
    expect(session.busy.value).toBe(false);
  });

  test("of another page makes this one read the session again", async () => {
    present = { ...answer, lastEventId: 12, statements: [done] };
    last().send(11, plan);
    last().send(12, complete);
    last().send(13, { type: "reset" });
    await settle();
    expect(told).toEqual(["replaced by 1", "reset"]);
    expect(connections).toHaveLength(1);
  });

  test("that keeps a result which is not shown makes the page read the session again", async () => {
    await session.run("x", null, {});
    present = { ...answer, lastEventId: 12, statements: [done] };
    const gone = { runId: "gone", nodeIndex: 0, lineStart: 1, lineEnd: 1, source: "x" };
    last().send(12, { ...plan, fresh: true, kept: [gone] });
    await settle();
    expect(told).toEqual(["replaced by 1"]);
  });

  test("that is refused leaves nothing to wait for", async () => {
    vi.mocked(backend.start).mockRejectedValueOnce(new Refused(413, "Too large."));
    await expect(session.run("x", null, {})).rejects.toThrow("Too large.");
    last().send(11, { type: "reset" });
    await settle();
    expect(told).toEqual(["reset"]);
  });
});
