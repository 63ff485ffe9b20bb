import type {
  CheckScriptResponse,
  DetachedResponse,
  EventFrame,
  FileContent,
  LineRange,
  LookBackResponse,
  OutputItem,
  SessionResponse,
  VerifyResponse,
  VersionResponse,
} from "./types";

/** A statement of a script that runs: announced without a result, and yielded again with the result it gave. */
export interface Expression {
  id: string;
  /** Counted from 1, both ends included. */
  lineStart: number;
  lineEnd: number;
  result?: { output: OutputItem[]; isInvisible: boolean };
}

/** Executes scripts: a Python server, or whatever else implements it. */
export interface ExecutionBackend {
  /** Execute *script*, or the statements that overlap `lineRange`; throws when the backend itself fails. */
  executeScript(script: string, options?: { lineRange?: LineRange }): AsyncGenerator<Expression>;
  /** Start a new interpreter: every variable is gone. */
  reset(): Promise<void>;
}

/** An event of a session and its place among the session's events. */
export interface NumberedEvent {
  id: number;
  event: EventFrame;
}

/** How a run is to be, besides what it runs. */
export interface RunOptions {
  /** Whether what each statement made of a figure is shown, rather than the figure once where it is finished. */
  readonly figureSteps?: boolean;
  /** Whether it is to be one run of exactly this text, of which what is so already is kept. */
  readonly fresh?: boolean;
  /** Of a fresh run: whether the statements of the lines run also where they are as they would be. */
  readonly again?: boolean;
  /** Of a fresh run: whether it ends those that it makes out of date. */
  readonly supersede?: boolean;
  /** Of a fresh run: the line of the cursor, where the next edit is to be expected. */
  readonly focusLine?: number;
}

/** A backend whose runs belong to a session, so that a page may come, go, and find everything again. */
export interface SessionBackend extends ExecutionBackend {
  /** Everything the session shows at this moment. */
  session(signal?: AbortSignal): Promise<SessionResponse>;
  /** What happens after event number *after*, for as long as the connection holds; it ends when the server ends it. */
  events(after: number, signal: AbortSignal): AsyncGenerator<NumberedEvent>;
  /** Ask for a run whose events arrive through `events`. */
  start(script: string, lineRange: LineRange | null, options?: RunOptions): Promise<DetachedResponse>;
  /** What a fresh run of *script*, up to the end of the lines, would keep and run; nothing runs. */
  check(script: string, lineRange: LineRange | null, again: boolean): Promise<CheckScriptResponse>;
  /** Run what has run in a fresh process beside, and compare every output; throws `Refused` with status 409 where nothing has. */
  verify(): Promise<VerifyResponse>;
  /** What *code* shows in the state as it was after a statement of the newest fresh run; the run stays as it is. */
  lookBack(nodeIndex: number, code: string): Promise<LookBackResponse>;
  /** Let statements with this *source* ask again what they were answered. */
  forgetAnswers(source: string): Promise<void>;
  interrupt(): Promise<void>;
  /** Put away what the statements have shown, but for the run under way. */
  clearResults(): Promise<void>;
  /** Bring back what was put away last; every page then reads the session again. */
  restoreResults(): Promise<void>;
  /** Give the script the arguments in *line*; throws `Refused` with status 422 when it cannot be split. */
  setArguments(line: string): Promise<void>;
  /** Let the interpreter at *path* be started, the one that the session's kernel waits for: the person says so. */
  allowInterpreter(path: string): Promise<void>;
  /** Answer the *question* of an `input()` that waits; null is end-of-file. */
  input(text: string | null, question: number): Promise<void>;
  /** Ask the live object behind a display; throws `Refused` with status 404 when it is gone. */
  query(handle: string, request: Record<string, unknown>): Promise<unknown>;
  /** All that the server keeps of an output item's text; throws `Refused` with status 404 when it is gone. */
  outputText(place: { runId: string; nodeIndex: number; item: number }): Promise<string>;
  /** An output item with its data, also where the session's answer had no room for them; throws as `outputText` does. */
  outputItem(
    place: { runId: string; nodeIndex: number; item: number },
    signal?: AbortSignal,
  ): Promise<OutputItem>;
  readFile(path: string): Promise<FileContent>;
  /** Save if the file still is at *version* (null: does not exist yet); otherwise throws `Refused` with status 409. */
  writeFile(path: string, content: string, version: string | null): Promise<VersionResponse>;
}

/** The server answered, and the answer was no; the message is the server's own and says what to do. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
    this.name = "Refused";
  }
}

/** The server gave no answer, or the connection broke. */
export class Unreachable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Unreachable";
  }
}
