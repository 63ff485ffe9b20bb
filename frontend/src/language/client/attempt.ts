import type { EditorView } from "@codemirror/view";
import { type LanguageClient, languageClient, NoAnswer } from "./language-client";
import type { LanguageParts } from "./language-parts";

/** Do what a person has asked for about the text of *view*, and say why it could not be done. */
export function attempt(
  view: EditorView,
  parts: LanguageParts,
  act: (client: LanguageClient) => Promise<void>,
): void {
  const client = view.state.facet(languageClient);
  if (!client) return;
  act(client).catch((error: unknown) => {
    if (!(error instanceof NoAnswer)) parts.report(error);
    else if (error.reason !== "cancelled") say(parts, error.message);
  });
}

/** Say *text* for a moment. */
export function say({ notices }: Pick<LanguageParts, "notices">, text: string): void {
  notices.say({ subject: "language", kind: "note", text });
}
