import { Text } from "@codemirror/state";
import { vi } from "vitest";
import type { Position, Range } from "vscode-languageserver-types";

interface Client {
  text: Text;
  version: number;
  /** Called whenever the version grows. */
  waiting: (() => void)[];
}

export interface Asked {
  readonly method: string;
  readonly params: Record<string, unknown>;
  /** The text that it was asked about. */
  readonly text: string;
}

interface Change {
  readonly range?: Range;
  readonly text: string;
}

/** The endpoints of the server, behind `fetch`: it applies what it is sent in order, as the real one does. */
export class Hub {
  readonly asked: Asked[] = [];
  readonly cancelled: string[] = [];
  readonly closed: string[] = [];
  readonly changes: number[] = [];
  /** The texts as they were opened, one for each client. */
  readonly opened: string[] = [];
  readonly bodies: Record<string, unknown>[] = [];
  /** Waits before a request is taken up, by its path. */
  readonly delays = new Map<string, Promise<unknown>>();
  #clients = new Map<string, Client>();

  constructor(
    /** What a request is answered; a `Response` is given as it is. */
    private readonly answer: (asked: Asked) => unknown = () => null,
  ) {
    vi.stubGlobal("fetch", (url: URL, options: RequestInit) => this.#fetch(url, options));
  }

  /** The server has forgotten every client. */
  forget(): void {
    this.#clients.clear();
  }

  async #fetch(url: URL, { body, signal }: RequestInit): Promise<Response> {
    const path = url.pathname.replace("/api/language/", "");
    const asked = Object.fromEntries(url.searchParams); // of what is only read
    const given = body ? (JSON.parse(String(body)) as Record<string, unknown>) : asked;
    this.bodies.push(given);
    const aborted = new Promise<never>((_, reject) => {
      const abort = () => {
        this.cancelled.push(String(given.method ?? path));
        reject(new DOMException("Aborted", "AbortError"));
      };
      if (signal?.aborted) abort();
      signal?.addEventListener("abort", abort);
    });
    aborted.catch(() => undefined); // most are never aborted
    return Promise.race([this.#handle(path, given), aborted]);
  }

  async #handle(path: string, given: Record<string, unknown>): Promise<Response> {
    await this.delays.get(path);
    if (path === "open") return this.#open(String(given.text));
    if (path === "source")
      return json({ path: String(given.uri).slice("file://".length), content: "x = 1\n" });
    const clientId = String(given.clientId);
    const client = this.#clients.get(clientId);
    if (!client) return json({ detail: "No such client" }, 409);
    if (path === "close") {
      this.closed.push(clientId);
      this.#clients.delete(clientId);
      return json({ status: "ok" });
    }
    const version = Number(given.version);
    if (path === "change") return this.#change(client, version, given.contentChanges as Change[]);
    while (client.version < version) await new Promise<void>((go) => client.waiting.push(go));
    const asked = {
      method: String(given.method),
      params: given.params as Record<string, unknown>,
      text: client.text.toString(),
    };
    this.asked.push(asked);
    const result = await this.answer(asked);
    return result instanceof Response ? result : json({ result });
  }

  #open(text: string): Response {
    this.opened.push(text);
    const clientId = `client ${this.opened.length}`;
    this.#clients.set(clientId, { text: Text.of(text.split("\n")), version: 0, waiting: [] });
    return json({
      clientId,
      uri: "file:///project/script.py",
      rootUri: "file:///project",
      servers: { ty: { state: "running" }, ruff: { state: "running" } },
      triggerCharacters: ["."],
      signatureTriggers: ["(", ","],
      semanticTokens: { tokenTypes: [], tokenModifiers: [] },
    });
  }

  async #change(client: Client, version: number, changes: Change[]): Promise<Response> {
    while (client.version < version - 1) await new Promise<void>((go) => client.waiting.push(go));
    for (const { range, text } of changes) {
      const inserted = Text.of(text.split("\n"));
      if (!range) client.text = inserted;
      else
        client.text = client.text.replace(at(client.text, range.start), at(client.text, range.end), inserted);
    }
    client.version = version;
    this.changes.push(version);
    for (const go of client.waiting.splice(0)) go();
    return json({ status: "ok" });
  }
}

function at(text: Text, { line, character }: Position): number {
  return text.line(line + 1).from + character;
}

export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status });
}
