/** Sources from outside of the workspace that a language server has named: they are read, and not changed. */
import { runScopeHandlers } from "@codemirror/view";
import { request, type Server } from "../backend/http";
import type { SourceResponse } from "../backend/types";
import { textOf } from "../documents/text-document";
import { createSourceView } from "../editor/source-view";
import type { Pane } from "./pane";
import type { Tab } from "./tab";

/** The source at *uri* that a language server has named to the session. Throws as `request` does. */
export function readSource(server: Server, sessionId: string, uri: string): Promise<SourceResponse> {
  return request(server, "GET", `api/language/source?${new URLSearchParams({ sessionId, uri })}`);
}

/** Show it in *tab*. */
export async function openSource(tab: Tab, { path, content }: SourceResponse): Promise<Pane> {
  const editor = createSourceView(tab.parent, textOf(content), path);
  return {
    commands: [],
    document: null,
    session: null,
    editor,
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
