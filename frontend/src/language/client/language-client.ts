import { LSPClient } from "@codemirror/lsp-client";
import { Compartment, type Extension, Facet } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { Refused, Unreachable } from "../../backend/execution-backend";
import { isAbort, type Server } from "../../backend/http";
import { LanguageEndpoints } from "../../backend/language-endpoints";
import type { LanguageServerState, LanguageServers, OpenTextResponse } from "../../backend/types";
import { EndpointTransport, type Failure } from "./transport";

/** Where the text is at present; its language servers know it by this. */
export interface TextSource {
  readonly server: Server;
  readonly sessionId: string;
  /** Null for a text that has no file yet. */
  readonly path: string | null;
  /** The address of a source outside of the workspace, which is only read; null for a script. */
  readonly uri: string | null;
  /** The environment of the interpreter that runs it; null until that is known. */
  readonly environment: string | null;
  /** Whether the server can be reached. */
  readonly isReachable: boolean;
}

export type ServerStates = Readonly<LanguageServers>;

/** There is no answer to a request. */
export class NoAnswer extends Error {
  constructor(
    /**
     * `away`: the language servers, or the way to them; `outdated`: the text has changed meanwhile; `slow`: a language
     * server has worked on it for so long that it was told to stop, and goes on from there when it is asked again.
     */
    readonly reason: "away" | "outdated" | "slow" | "cancelled" | "refused",
    message: string,
  ) {
    super(message);
    this.name = "NoAnswer";
  }
}

/** The server itself gives up after ten seconds; this is for an answer that is lost. */
const TIMEOUT_MS = 12_000;
/** So often a slow server is asked again: the first list of what could be imported can take it a minute. */
const MAX_PATIENCE = 5;

const CLOSED = "The editor is closed.";

/** The text of one editor as the language servers know it, until something makes it necessary to open it anew. */
interface Connection {
  readonly opened: OpenTextResponse;
  readonly endpoints: LanguageEndpoints;
  readonly transport: EndpointTransport;
  readonly lsp: LSPClient;
}

/**
 * What the language servers know about the text of one editor. The text is opened with the first request; what is typed
 * goes out with the next one, before it.
 */
export class LanguageClient {
  /** How the servers are, as far as it is known. */
  readonly serverStates: Signal<ServerStates>;
  /** Grows whenever an answer may be another one than before although the text is the same. */
  readonly generation: Signal<number> = signal(0);
  /** What the servers said of themselves when the text was opened last. */
  readonly opened: Signal<OpenTextResponse | null> = signal(null);
  readonly #place = new Compartment();
  readonly #ending = new AbortController();
  #connection: Connection | null = null;
  #connecting: Promise<Connection> | null = null;

  constructor(
    readonly view: EditorView,
    private readonly source: ReadonlySignal<TextSource>,
    serverStates: ServerStates = { ty: { state: "starting" }, ruff: { state: "starting" } },
  ) {
    this.serverStates = signal(serverStates);
    let before = source.peek();
    const stop = effect(() => {
      const now = source.value;
      const isSame =
        now.server === before.server &&
        now.sessionId === before.sessionId &&
        now.path === before.path &&
        (now.environment === before.environment || before.environment === null) &&
        (before.isReachable || !now.isReachable);
      before = { ...now, environment: now.environment ?? before.environment };
      if (!isSame) this.reopen();
    });
    // A page that is about to be gone may yet come back from the browser's cache of pages, and then opens it anew.
    window.addEventListener("pagehide", () => this.#close(), { signal: this.#ending.signal });
    this.atEnd(stop);
  }

  /** What the editor must have so that its changes are known. */
  get extension(): Extension {
    return [this.#place.of([]), languageClient.of(this)];
  }

  /** How the servers call the text; null until it was opened. */
  get uri(): string | null {
    return this.opened.peek()?.uri ?? null;
  }

  /**
   * The answer to *method* about the text as it is now; *params* need no `textDocument`. Throws `NoAnswer` where there is
   * none: where help is away, or when *signal* is aborted.
   */
  async request<Result>(method: string, params: object, signal?: AbortSignal): Promise<Result> {
    const { doc } = this.view.state;
    for (let isAgain = false; ; isAgain = true) {
      // Where there is a connection it is asked at once, about the text of this moment.
      const connection = this.#connection ?? (await this.#connected());
      if (signal?.aborted) throw new NoAnswer("cancelled", "Cancelled");
      if (!this.source.peek().isReachable) throw new NoAnswer("away", "The server cannot be reached.");
      if (this.view.state.doc !== doc) throw new NoAnswer("outdated", "The text has changed meanwhile.");
      try {
        return await this.#ask<Result>(connection, method, { ...params }, signal);
      } catch (error) {
        if (!(error instanceof NoAnswer) || error.reason !== "outdated" || isAgain) throw error;
      }
    }
  }

  /** The answer as of `request`, for which a slow server is asked again while the text is the same; null for none. */
  answer<Result>(method: string, params: object, signal?: AbortSignal): Promise<Result | null> {
    return this.#answer<Result>(method, params, signal);
  }

  /** The answer as of `request`; null where there is none, or where the text has changed meanwhile. */
  async current<Result>(method: string, params: object, signal?: AbortSignal): Promise<Result | null> {
    const { doc } = this.view.state;
    const answer = await this.answer<Result>(method, params, signal);
    return this.view.state.doc === doc ? answer : null;
  }

  /** The answer as of `current`, for which help that is away is waited for, as long as somebody may expect the answer. */
  async whenBack<Result>(method: string, params: object, signal: AbortSignal): Promise<Result | null> {
    const { doc } = this.view.state;
    const waiting = AbortSignal.any([signal, this.#ending.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const answer = await this.#answer<Result>(method, params, signal, waiting);
    return this.view.state.doc === doc ? answer : null;
  }

  /** The servers are in this *state*, as the server tells. */
  heard(server: keyof ServerStates, state: LanguageServerState): void {
    const before = this.serverStates.peek()[server].state;
    this.serverStates.value = { ...this.serverStates.peek(), [server]: state };
    if (state.state === "running" && before !== "running") this.answersChanged();
  }

  /** Answers about the same text may be others now. */
  answersChanged(): void {
    this.generation.value += 1;
  }

  /** Open the text anew: what was known of it is known of another place. */
  reopen(): void {
    this.#close();
    this.answersChanged();
  }

  /** Call *act* when the editor is closed. */
  atEnd(act: () => void): void {
    this.#ending.signal.addEventListener("abort", act);
  }

  destroy(): void {
    this.#close();
    this.#ending.abort();
  }

  async #answer<Result>(
    method: string,
    params: object,
    signal?: AbortSignal,
    waiting?: AbortSignal,
  ): Promise<Result | null> {
    const { doc } = this.view.state;
    for (let left = MAX_PATIENCE; ; left -= 1) {
      const before = this.generation.peek();
      try {
        return await this.request<Result | null>(method, params, signal);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        const isAgain =
          error.reason === "slow" ||
          (error.reason === "away" && waiting !== undefined && (await this.#hasNews(before, waiting)));
        if (!isAgain || left === 0 || this.view.state.doc !== doc) return null;
      }
    }
  }

  /** Wait until the generation is not that of *before*, or *waiting* is aborted: then there are no news. */
  async #hasNews(before: number, waiting: AbortSignal): Promise<boolean> {
    let stop = () => {};
    const news = await new Promise<boolean>((resolve) => {
      if (waiting.aborted) resolve(false);
      waiting.addEventListener("abort", () => resolve(false), { once: true });
      stop = effect(() => {
        if (this.generation.value !== before) resolve(true);
      });
    });
    stop();
    return news;
  }

  async #ask<Result>(
    { lsp }: Connection,
    method: string,
    params: object,
    signal?: AbortSignal,
  ): Promise<Result> {
    const cancel = () => lsp.cancelRequest(params);
    signal?.addEventListener("abort", cancel);
    try {
      lsp.sync();
      return await lsp.request<object, Result>(method, params);
    } catch (error) {
      throw this.#noAnswer(error);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Why there is no answer, from what the client of the protocol rejects with. */
  #noAnswer(error: unknown): NoAnswer {
    if (error instanceof Error) return new NoAnswer("away", error.message); // it has waited long enough
    const { message, data } = error as Failure;
    const failure = data?.failure ?? "refused";
    return new NoAnswer(failure === "unreachable" ? "away" : failure, message);
  }

  #connected(): Promise<Connection> {
    if (this.#ending.signal.aborted) return Promise.reject(new NoAnswer("cancelled", CLOSED));
    if (this.#connecting) return this.#connecting;
    const connecting = this.#connect();
    this.#connecting = connecting;
    connecting.then(
      (connection) => {
        // Meanwhile the text may be somewhere else.
        if (this.#connecting === connecting) this.#connection = connection;
        else void this.#end(connection);
      },
      () => {
        // Whoever waits hears why; the next request tries again.
        if (this.#connecting === connecting) this.#connecting = null;
      },
    );
    return connecting;
  }

  async #connect(): Promise<Connection> {
    const { server, sessionId, uri } = this.source.peek();
    const endpoints = new LanguageEndpoints(server, sessionId);
    const text = this.view.state.doc.toString();
    const opened = await this.#open(endpoints, text, uri);
    const lost = () => {
      if (this.#connection?.transport === transport) this.#forget();
    };
    const transport = new EndpointTransport({ endpoints, opened, text, lost });
    const lsp = new LSPClient({ rootUri: opened.rootUri, timeout: TIMEOUT_MS }).connect(transport);
    await lsp.initializing;
    if (this.#ending.signal.aborted) throw new NoAnswer("cancelled", CLOSED);
    this.view.dispatch({ effects: this.#place.reconfigure(lsp.plugin(opened.uri, "python")) });
    this.opened.value = opened;
    this.serverStates.value = opened.servers;
    return { opened, endpoints, transport, lsp };
  }

  async #open(endpoints: LanguageEndpoints, text: string, source: string | null): Promise<OpenTextResponse> {
    try {
      return await endpoints.open(text, source, this.#ending.signal);
    } catch (error) {
      if (isAbort(error)) throw new NoAnswer("cancelled", CLOSED);
      if (error instanceof Unreachable) throw new NoAnswer("away", error.message);
      if (!(error instanceof Refused)) throw error;
      throw new NoAnswer(error.status === 503 ? "away" : "refused", error.message);
    }
  }

  /** The server no longer has the text, or another one. */
  #forget(): void {
    this.#connection?.transport.end();
    this.#connection = null;
    this.#connecting = null;
  }

  #close(): void {
    const connection = this.#connection;
    this.#forget();
    if (connection) void this.#end(connection);
  }

  async #end({ transport, endpoints, opened }: Connection): Promise<void> {
    transport.end();
    try {
      await endpoints.close(opened.clientId);
    } catch (error) {
      // A server that does not answer closes it by itself, and one that refuses has done so.
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    }
  }
}

/** The client of an editor, once there is one. */
export const languageClient = Facet.define<LanguageClient, LanguageClient | null>({
  combine: ([client = null]) => client,
});
