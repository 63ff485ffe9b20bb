/**
 * The messages of the language server protocol over rdit's own endpoints. The text of one page is opened, changed and
 * asked about by requests of its own; everything else that a client says to a server is answered here.
 */
import type { Transport } from "@codemirror/lsp-client";
import { Refused, Unreachable } from "../../backend/execution-backend";
import { isAbort } from "../../backend/http";
import type { LanguageEndpoints } from "../../backend/language-endpoints";
import type { ContentChange, OpenTextResponse } from "../../backend/types";

/** What a message holds as far as it is read here. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly id?: number;
    readonly textDocument?: { readonly text?: string };
    readonly contentChanges?: readonly ContentChange[];
  };
}

/** Codes of the protocol. */
const REQUEST_CANCELLED = -32800;
const INTERNAL_ERROR = -32603;

/** What the answer to a request holds that failed. */
export interface Failure {
  readonly code: number;
  readonly message: string;
  readonly data?: { readonly failure: "outdated" | "away" | "slow" | "unreachable" | "cancelled" };
}

export interface TransportParts {
  readonly endpoints: LanguageEndpoints;
  readonly opened: OpenTextResponse;
  /** The text that it was opened with. */
  readonly text: string;
  /** The server does not have the text as it is here: it is to be opened anew. */
  lost(): void;
}

/** Carries the messages about one text; a text that is opened anew has another. */
export class EndpointTransport implements Transport {
  readonly #handlers = new Set<(message: string) => void>();
  readonly #requests = new Map<number, AbortController>();
  readonly #ending = new AbortController();
  #version = 0;

  constructor(private readonly parts: TransportParts) {}

  subscribe(handler: (message: string) => void): void {
    this.#handlers.add(handler);
  }

  unsubscribe(handler: (message: string) => void): void {
    this.#handlers.delete(handler);
  }

  send(text: string): void {
    const { id, method, params } = JSON.parse(text) as Message;
    if (method === "initialize") this.#receive(id, { result: CAPABILITIES });
    else if (method === "textDocument/didOpen") this.#open(params?.textDocument?.text ?? "");
    else if (method === "textDocument/didChange") this.#change(params?.contentChanges ?? []);
    else if (method === "$/cancelRequest") this.#requests.get(params?.id ?? -1)?.abort();
    else if (id !== undefined && method !== undefined) void this.#request(id, method, params);
    // `initialized` and `didClose`: that is for whoever has opened the text.
  }

  /** Nothing more is sent; what has not been answered yet is answered that the text is no longer there. */
  end(): void {
    this.#ending.abort();
  }

  /** What was typed while the text was opened is the first change. */
  #open(text: string): void {
    if (text !== this.parts.text) this.#change([{ text }]);
  }

  #change(contentChanges: readonly ContentChange[]): void {
    const { endpoints, opened, lost } = this.parts;
    this.#version += 1;
    endpoints
      .change(opened.clientId, this.#version, contentChanges, this.#ending.signal)
      .catch((error: unknown) => {
        if (isAbort(error)) return;
        // Whatever came of it, the server's text is not this one for sure, and what is asked about it would wait.
        lost();
        if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      });
  }

  async #request(id: number, method: string, params: unknown): Promise<void> {
    const { endpoints, opened } = this.parts;
    const stop = new AbortController();
    this.#requests.set(id, stop);
    const signal = AbortSignal.any([stop.signal, this.#ending.signal]);
    try {
      const answer = await endpoints.request(opened.clientId, this.#version, method, params, signal);
      // The answer is an object of `result` or `error`, and becomes a message as it is.
      this.#deliver(`{"jsonrpc":"2.0","id":${id},${answer.trimStart().slice(1)}`);
    } catch (error) {
      this.#receive(id, { error: this.#failure(error) });
    } finally {
      this.#requests.delete(id);
    }
  }

  #failure(error: unknown): Failure {
    if (isAbort(error))
      return { code: REQUEST_CANCELLED, message: "Cancelled", data: { failure: "cancelled" } };
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    const failed = (failure: "outdated" | "away" | "slow" | "unreachable"): Failure => {
      return { code: INTERNAL_ERROR, message: error.message, data: { failure } };
    };
    if (error instanceof Unreachable) return failed("unreachable");
    if (error.status === 409) {
      this.parts.lost();
      return failed("outdated");
    }
    if (error.status === 503) return failed("away");
    return error.status === 504 ? failed("slow") : { code: INTERNAL_ERROR, message: error.message };
  }

  #receive(id: number | undefined, answer: { result: unknown } | { error: Failure }): void {
    this.#deliver(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
  }

  #deliver(message: string): void {
    for (const handler of this.#handlers) handler(message);
  }
}

/** Changes are sent as such. What else the servers can do the extensions know themselves. */
const CAPABILITIES = { capabilities: { textDocumentSync: { openClose: true, change: 2 } } };
