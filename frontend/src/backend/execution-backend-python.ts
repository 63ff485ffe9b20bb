import {
  type Expression,
  type NumberedEvent,
  Refused,
  type SessionBackend,
  Unreachable,
} from "./execution-backend";
import { extended } from "./output";
import { frames, isAbort } from "./sse";
import type {
  DetachedAnswer,
  EventFrame,
  ExecuteRequest,
  FileAnswer,
  LineRange,
  SessionAnswer,
  VersionAnswer,
} from "./types";

/** A server and the token that it wants to see; *url* ends with a slash and may have a path in it. */
export interface Server {
  url: string;
  token: string | null;
}

/** How much of one output item is sent live, in characters: more than anybody reads, less than would slow the page. */
const LIVE_WINDOW = 200_000;

/** The server sends a comment well within this time (milliseconds) when it has nothing else to say. */
const SILENCE = 45_000;

/** Open (or find) the session of the script at *path*; without a path, that of the script the command named. */
export function openSession(
  server: Server,
  path: string | null,
  signal?: AbortSignal,
): Promise<SessionAnswer> {
  return path === null
    ? request(server, "GET", `api/session?window=${LIVE_WINDOW}`, undefined, signal)
    : request(server, "POST", "api/session", { path, window: LIVE_WINDOW }, signal);
}

/** One session of a Python server, over HTTP and Server-Sent Events. */
export class PythonExecutionBackend implements SessionBackend {
  constructor(
    readonly server: Server,
    readonly sessionId: string,
  ) {}

  async *executeScript(script: string, options: { lineRange?: LineRange } = {}): AsyncGenerator<Expression> {
    const stop = new AbortController();
    const body = this.runRequest(script, options.lineRange ?? null);
    try {
      const response = await answer(this.server, "POST", "api/execute-script", body, stop.signal);
      yield* expressions(eventsOf(response));
    } finally {
      stop.abort();
    }
  }

  async reset(): Promise<void> {
    await request(this.server, "POST", "api/reset", { sessionId: this.sessionId });
  }

  session(signal?: AbortSignal): Promise<SessionAnswer> {
    return request(
      this.server,
      "GET",
      `api/session?${this.parameters({ window: String(LIVE_WINDOW) })}`,
      undefined,
      signal,
    );
  }

  async *events(after: number, signal: AbortSignal): AsyncGenerator<NumberedEvent> {
    const path = `api/events?${this.parameters({ after: String(after), window: String(LIVE_WINDOW) })}`;
    yield* eventsOf(await answer(this.server, "GET", path, undefined, signal));
  }

  start(script: string, lineRange: LineRange | null): Promise<DetachedAnswer> {
    const body = { ...this.runRequest(script, lineRange), detached: true };
    return request(this.server, "POST", "api/execute-script", body);
  }

  async interrupt(): Promise<void> {
    await request(this.server, "POST", "api/interrupt", { sessionId: this.sessionId });
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
    const place = this.parameters({ runId, nodeIndex: String(nodeIndex), item: String(item) });
    return (await answer(this.server, "GET", `api/output?${place}`)).text();
  }

  readFile(path: string): Promise<FileAnswer> {
    return request(this.server, "GET", `api/read-file?${new URLSearchParams({ path })}`);
  }

  writeFile(path: string, content: string, version: string | null): Promise<VersionAnswer> {
    const body = { path, content, version, sessionId: this.sessionId };
    return request(this.server, "PUT", "api/write-file", body);
  }

  private runRequest(script: string, lineRange: LineRange | null): ExecuteRequest {
    return { script, lineRange, sessionId: this.sessionId, live: true, window: LIVE_WINDOW };
  }

  private parameters(more: Record<string, string>): string {
    return new URLSearchParams({ sessionId: this.sessionId, ...more }).toString();
  }
}

/** A run's events → its statements, each once when it is planned and once more with its result. */
export async function* expressions(events: AsyncIterable<NumberedEvent>): AsyncGenerator<Expression> {
  const planned = new Map<number, Required<Expression>>();
  for await (const { event } of events) {
    if (event.type === "plan") {
      for (const { nodeIndex, lineStart, lineEnd } of event.statements) {
        const id = `${event.runId}:${nodeIndex}`;
        planned.set(nodeIndex, { id, lineStart, lineEnd, result: { output: [], isInvisible: true } });
        yield { id, lineStart, lineEnd };
      }
    } else if (event.type === "output") {
      const output = planned.get(event.nodeIndex)?.result.output;
      if (output) output[event.index] = extended(output[event.index], event);
    } else if (event.type === "clear") {
      planned.get(event.nodeIndex)?.result.output.splice(0);
    } else if (event.type === "result") {
      const expression = planned.get(event.nodeIndex);
      if (!expression) continue;
      expression.result.isInvisible = event.isInvisible;
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
  for await (const frame of frames(response.body, SILENCE))
    yield { id: frame.id === undefined ? 0 : Number(frame.id), event: JSON.parse(frame.data) as EventFrame };
}

/** The JSON of one answer; throws like `answer`. */
export async function request<T>(
  server: Server,
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const response = await answer(server, method, path, body, signal);
  return (await response.json()) as T;
}

/** The server's answer when it is a good one; otherwise throws `Refused` or `Unreachable`. */
export async function answer(
  server: Server,
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  const headers = new Headers();
  if (server.token !== null) headers.set("Authorization", `Bearer ${server.token}`);
  if (body !== undefined) headers.set("Content-Type", "application/json");
  let response: Response;
  try {
    response = await fetch(new URL(path, server.url), {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
      credentials: "omit",
      cache: "no-store",
    });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Unreachable(`No answer from ${server.url}`, { cause: error });
  }
  if (!response.ok) throw new Refused(response.status, await problem(response));
  return response;
}

async function problem(response: Response): Promise<string> {
  return problemIn(await response.text(), response);
}

/** Why a request was refused, in the words of an answer that holds *text*. */
export function problemIn(
  text: string,
  { status, statusText }: { status: number; statusText: string },
): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    if (typeof detail === "string") return detail;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error; // a proxy's HTML page, say: the status has to do
  }
  return `The server answered ${status} ${statusText}`.trim();
}
