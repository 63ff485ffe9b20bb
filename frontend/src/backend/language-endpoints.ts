import { answer, request, type Server } from "./http";
import type { ContentChange, OpenTextResponse } from "./types";

/** What a server offers about the language of the text of one session. Everything throws as `request` does. */
export class LanguageEndpoints {
  constructor(
    readonly server: Server,
    readonly sessionId: string,
  ) {}

  /** Open *text*: of the session's script, or of the source at *source* that a language server has named. */
  open(text: string, source: string | null, signal: AbortSignal): Promise<OpenTextResponse> {
    const body = { sessionId: this.sessionId, text, source };
    return request(this.server, "POST", "api/language/open", body, signal);
  }

  /** Change number *version* of the text, counted from 1. */
  async change(
    clientId: string,
    version: number,
    contentChanges: readonly ContentChange[],
    signal: AbortSignal,
  ): Promise<void> {
    const body = { clientId, version, contentChanges };
    await answer(this.server, "POST", "api/language/change", body, signal);
  }

  /** The answer to *method* about the text after change number *version*, as JSON with `result` or `error`. */
  async request(
    clientId: string,
    version: number,
    method: string,
    params: unknown,
    signal: AbortSignal,
  ): Promise<string> {
    const body = { clientId, version, method, params };
    return (await answer(this.server, "POST", "api/language/request", body, signal)).text();
  }

  /** Nobody needs the text any more; also sent when the page is about to be gone. */
  async close(clientId: string): Promise<void> {
    await answer(this.server, "POST", "api/language/close", { clientId }, undefined, true);
  }
}
