/** Sources from outside of the workspace that a language server has named: they are read, and not changed. */
import { runScopeHandlers } from "@codemirror/view";
import { signal } from "@preact/signals";
import { request, type Server } from "../backend/http";
import type { SourceResponse } from "../backend/types";
import { textOf } from "../documents/text-document";
import { commandKeys } from "../editor/command-keys";
import { onJump } from "../editor/outline/go-to";
import { createSourceView } from "../editor/source-view";
import type { LateLanguage } from "../language/late-language";
import type { Pane } from "./pane";
import type { Tab } from "./tab";

/** The source at *uri* that a language server has named to the session. Throws as `request` does. */
export function readSource(server: Server, sessionId: string, uri: string): Promise<SourceResponse> {
  return request(server, "GET", `api/language/source?${new URLSearchParams({ sessionId, uri })}`);
}

export interface SourcePaneParts {
  /** What is known of the language of the source, where *announce* is how the pane speaks. */
  language(announce: (text: string) => void): LateLanguage;
  /** The person goes to another place of it, from where they are in *before*. */
  left: Parameters<typeof onJump>[0];
}

/** Show it in *tab*. */
export function openSource(tab: Tab, { path, content }: SourceResponse, parts: SourcePaneParts): Pane {
  const announcement = signal("");
  const language = parts.language((text) => {
    announcement.value = text;
  });
  const tools = [language.extension, commandKeys(language.commands), onJump(parts.left)];
  const editor = createSourceView(tab.parent, textOf(content), path, tools);
  return {
    commands: language.commands,
    document: null,
    session: null,
    editor,
    language,
    announcement,
    status: () => (
      <>
        <span>Only to be read</span>
        <span class="status-gap" />
        <span class="status-path">{path}</span>
      </>
    ),
    shown: () => editor.requestMeasure(),
    focus: () => editor.focus(),
    handleKey: (event) => {
      if (!event.defaultPrevented && runScopeHandlers(editor, event, "page")) event.preventDefault();
    },
    fileChanged: () => undefined,
    destroy: () => editor.destroy(),
  };
}
