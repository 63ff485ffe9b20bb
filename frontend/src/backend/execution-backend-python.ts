import {
  type Expression,
  type NumberedEvent,
  type RunOptions,
  type SessionBackend,
  Unreachable,
} from "./execution-backend";
import { answer, request, type Server } from "./http";
import { LIVE_WINDOW } from "./open-session";
import { extended } from "./output";
import { frames } from "./sse";
import type {
  CheckScriptResponse,
  DetachedResponse,
  EventFrame,
  ExecuteRequest,
  FileContent,
  LineRange,
  LookBackResponse,
  OutputItem,
  SessionResponse,
  VerifyResponse,
  VersionResponse,
} from "./types";

/** The server sends a comment well within this time (milliseconds) when it has nothing else to say. */
const SILENCE_TIMEOUT_MS = 45_000;

/** One session of a Python server, over HTTP and Server-Sent Events. */
export class PythonExecutionBackend implements SessionBackend {
  /** The arguments that are on their way; requests of their own connections could overtake them. */
  #giving: Promise<unknown> | null = null;

  constructor(
    readonly server: Server,
    readonly sessionId: string,
  ) {}

  async *executeScript(script: string, options: { lineRange?: LineRange } = {}): AsyncGenerator<Expression> {
    const stop = new AbortController();
    const body = this.#runRequest(script, options.lineRange ?? null);
    try {
      const response = await answer(this.server, "POST", "api/execute-script", body, stop.signal);
      yield* expressions(eventsOf(response));
    } finally {
      stop.abort();
    }
  }

  async reset(): Promise<void> {
    if (this.#giving) await this.#giving;
    await request(this.server, "POST", "api/reset", { sessionId: this.sessionId });
  }

  session(signal?: AbortSignal): Promise<SessionResponse> {
    return request(
      this.server,
      "GET",
      `api/session?${this.#parameters({ window: String(LIVE_WINDOW) })}`,
      undefined,
      signal,
    );
  }

  async *events(after: number, signal: AbortSignal): AsyncGenerator<NumberedEvent> {
    const path = `api/events?${this.#parameters({ after: String(after), window: String(LIVE_WINDOW) })}`;
    yield* eventsOf(await answer(this.server, "GET", path, undefined, signal));
  }

  async start(
    script: string,
    lineRange: LineRange | null,
    options: RunOptions = {},
  ): Promise<DetachedResponse> {
    if (this.#giving) await this.#giving;
    const body = { ...this.#runRequest(script, lineRange), ...options, detached: true };
    return request(this.server, "POST", "api/execute-script", body);
  }

  check(script: string, lineRange: LineRange | null, again: boolean): Promise<CheckScriptResponse> {
    const body = { script, lineRange, again, sessionId: this.sessionId };
    return request(this.server, "POST", "api/check-script", body);
  }

  verify(): Promise<VerifyResponse> {
    return request(this.server, "POST", "api/verify", { sessionId: this.sessionId });
  }

  lookBack(nodeIndex: number, code: string): Promise<LookBackResponse> {
    return request(this.server, "POST", "api/look-back", { nodeIndex, code, sessionId: this.sessionId });
  }

  async forgetAnswers(source: string): Promise<void> {
    await request(this.server, "POST", "api/forget-answers", { source, sessionId: this.sessionId });
  }

  async interrupt(): Promise<void> {
    await request(this.server, "POST", "api/interrupt", { sessionId: this.sessionId });
  }

  async restoreResults(): Promise<void> {
    await request(this.server, "POST", "api/restore-results", { sessionId: this.sessionId });
  }

  async clearResults(): Promise<void> {
    await request(this.server, "POST", "api/clear-results", { sessionId: this.sessionId });
  }

  async setArguments(line: string): Promise<void> {
    const body = { arguments: line, sessionId: this.sessionId };
    const before = this.#giving ?? Promise.resolve();
    const giving = before.then(() => request(this.server, "POST", "api/arguments", body));
    // Whoever gave them hears of a failure; what follows goes on with those of before.
    const settled = giving.then(
      () => undefined,
      () => undefined,
    );
    this.#giving = settled;
    try {
      await giving;
    } finally {
      if (this.#giving === settled) this.#giving = null;
    }
  }

  async allowInterpreter(path: string): Promise<void> {
    await request(this.server, "POST", "api/allow-interpreter", { path, sessionId: this.sessionId });
  }

  async input(text: string | null, question: number): Promise<void> {
    await request(this.server, "POST", "api/input", { text, question, sessionId: this.sessionId });
  }

  query(handle: string, query: Record<string, unknown>): Promise<unknown> {
    return request(this.server, "POST", "api/query", { handle, request: query, sessionId: this.sessionId });
  }

  async outputText({
    runId,
    nodeIndex,
    item,
  }: {
    runId: string;
    nodeIndex: number;
    item: number;
  }): Promise<string> {
    const place = this.#parameters({ runId, nodeIndex: String(nodeIndex), item: String(item) });
    return (await answer(this.server, "GET", `api/output?${place}`)).text();
  }

  outputItem(
    { runId, nodeIndex, item }: { runId: string; nodeIndex: number; item: number },
    signal?: AbortSignal,
  ): Promise<OutputItem> {
    const place = this.#parameters({ runId, nodeIndex: String(nodeIndex), item: String(item) });
    return request(this.server, "GET", `api/output-item?${place}`, undefined, signal);
  }

  readFile(path: string): Promise<FileContent> {
    return request(this.server, "GET", `api/read-file?${new URLSearchParams({ path })}`);
  }

  writeFile(path: string, content: string, version: string | null): Promise<VersionResponse> {
    const body = { path, content, version, sessionId: this.sessionId };
    return request(this.server, "PUT", "api/write-file", body);
  }

  #runRequest(script: string, lineRange: LineRange | null): ExecuteRequest {
    return { script, lineRange, sessionId: this.sessionId, live: true, window: LIVE_WINDOW };
  }

  #parameters(more: Record<string, string>): string {
    return new URLSearchParams({ sessionId: this.sessionId, ...more }).toString();
  }
}

/**
 * A run's events → its statements, each once when it is planned, once more with its result, and again when that changes:
 * a figure is drawn a moment after its statement has ended.
 */
export async function* expressions(events: AsyncIterable<NumberedEvent>): AsyncGenerator<Expression> {
  const planned = new Map<number, Required<Expression>>();
  const ended = new Set<number>();
  for await (const { event } of events) {
    if (event.type === "plan") {
      for (const { nodeIndex, lineStart, lineEnd } of event.statements) {
        const id = `${event.runId}:${nodeIndex}`;
        planned.set(nodeIndex, { id, lineStart, lineEnd, result: { output: [], isInvisible: true } });
        yield { id, lineStart, lineEnd };
      }
    } else if (event.type === "output") {
      const expression = planned.get(event.nodeIndex);
      if (!expression) continue;
      const { output } = expression.result;
      output[event.index] = extended(output[event.index], event);
      if (ended.has(event.nodeIndex)) yield expression;
    } else if (event.type === "clear") {
      planned.get(event.nodeIndex)?.result.output.splice(0);
    } else if (event.type === "result") {
      const expression = planned.get(event.nodeIndex);
      if (!expression) continue;
      expression.result.isInvisible = event.isInvisible;
      ended.add(event.nodeIndex);
      yield expression;
    } else if (event.type === "complete") {
      return;
    } else if (event.type === "error") {
      throw new Error(event.message);
    }
  }
}

async function* eventsOf(response: Response): AsyncGenerator<NumberedEvent> {
  if (!response.body) throw new Unreachable("The server's answer has no body.");
  for await (const frame of frames(response.body, SILENCE_TIMEOUT_MS))
    yield { id: frame.id === undefined ? 0 : Number(frame.id), event: JSON.parse(frame.data) as EventFrame };
}
