/** All that the page knows about the language of a script; loaded when it is first needed. */
import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { LanguageClient } from "./client/language-client";
import type { LanguageParts } from "./client/language-parts";

/** What an editor has where *client* knows its text. */
export function languageSupport(client: LanguageClient, _parts: LanguageParts): Extension {
  return [client.extension];
}

/** What a command does, by its id: the commands themselves are in commands.ts, which is loaded with the page. */
export const ACTIONS: Readonly<Record<string, (view: EditorView) => void>> = {};

/** A client for the text of *view*. */
export function languageClient(view: EditorView, parts: LanguageParts): LanguageClient {
  return new LanguageClient(view, parts.source);
}
