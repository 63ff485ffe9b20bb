/** All that the page knows about the language of a script; loaded when it is first needed. */
import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { sayWhenAway } from "./client/away-notice";
import { LanguageClient } from "./client/language-client";
import type { LanguageParts } from "./client/language-parts";
import { complete, completion } from "./completion/completion";
import { hover, showHover } from "./hover/hover";
import { showSignature, signatures } from "./signature/signature";

/** What an editor has where *client* knows its text. */
export function languageSupport(client: LanguageClient, parts: LanguageParts): Extension {
  return [client.extension, completion(client, parts), signatures(client), hover(client)];
}

/** What a command does, by its id: the commands themselves are in commands.ts, which is loaded with the page. */
export const ACTIONS: Readonly<Record<string, (view: EditorView, parts: LanguageParts) => void>> = {
  complete,
  documentation: showHover,
  signature: showSignature,
};

/** A client for the text of *view*, until it is destroyed. */
export function languageClient(view: EditorView, parts: LanguageParts): LanguageClient {
  const client = new LanguageClient(view, parts.source);
  client.atEnd(sayWhenAway(client, parts.notices));
  return client;
}
