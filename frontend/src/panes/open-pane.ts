import { Refused } from "../backend/execution-backend";
import { PythonExecutionBackend } from "../backend/execution-backend-python";
import type { Server } from "../backend/http";
import { openSession } from "../backend/open-session";
import type { SessionResponse } from "../backend/types";
import { TextDocument } from "../documents/text-document";
import { recoverDraft } from "../documents/unsaved-text";
import type { FileService } from "../files/file-service";
import { type Kind, kindOf } from "../files/paths";
import type { SessionSource } from "../session/session";
import { showBeginning } from "./beginning/beginning";
import type { BeginningParts } from "./beginning/beginning-parts";
import type { Pane } from "./pane";
import type { ScriptPaneParts } from "./script-context";
import { ScriptPane } from "./script-pane";
import type { Tab } from "./tab";

export interface PaneParts
  extends Omit<ScriptPaneParts, "source" | "shownBy" | "reopen" | "document" | "parent"> {
  readonly service: FileService;
  readonly opened: BeginningParts["opened"];
  /** Say why something could not be done. */
  report(error: unknown): void;
}

type Open = (tab: Tab, path: string, parts: PaneParts) => Promise<Pane>;

/** What files are shown with, by their kinds; all but scripts is loaded when it is first asked for. */
const PANES: Record<Kind, Open> = {
  script: async (tab, path, parts) => openScript(tab, await openSession(parts.server.peek(), path), parts),
  text: openText,
  image: preview("image"),
  table: preview("table"),
};

/** Make what shows the file at *path* in *tab*. */
export function openPane(tab: Tab, path: string, parts: PaneParts): Promise<Pane> {
  return PANES[kindOf(path)](tab, path, parts);
}

/** Show the script of *answer*, whatever its name is. */
export async function openScript(tab: Tab, answer: SessionResponse, parts: PaneParts): Promise<ScriptPane> {
  const { scriptPath, script } = answer;
  const document = new TextDocument(scriptPath, answer.file ?? null);
  // A buffer without a file is as it was when it last ran.
  if (scriptPath === null && script !== null) document.restore(script);
  const showsResults = answer.statements.length > 0 || parts.settings.peek().layout === "beside";
  const [recovered, shownBy] = await Promise.all([
    recoverDraft(document, parts),
    // Where it cannot be loaded, the pane says so.
    showsResults ? import("./drawing").catch(() => null) : null,
  ]);
  const pane = new ScriptPane({
    ...parts,
    shownBy,
    document,
    parent: tab.parent,
    source: sourceOf(parts.server.peek(), answer),
    reopen: (lost, path) => reopen(parts.server.peek(), lost, path),
  });
  if (recovered) pane.document.tellRecovered(recovered);
  showBeginning(pane.editor, document, parts);
  return pane;
}

async function openText(tab: Tab, path: string, parts: PaneParts): Promise<Pane> {
  const { service } = parts;
  const [{ TextPane }, content] = await Promise.all([import("./text-pane"), service.readFile(path)]);
  const document = new TextDocument(path, content);
  const recovered = await recoverDraft(document, parts);
  const pane = new TextPane({ ...parts, document, store: service, parent: tab.parent });
  if (recovered) pane.document.tellRecovered(recovered);
  return pane;
}

function preview(kind: "image" | "table"): Open {
  return async (tab, _path, { service }) =>
    (await import("./preview-pane")).openPreview(kind, tab.path, tab.parent, service);
}

function sourceOf(server: Server, answer: SessionResponse): SessionSource {
  return { backend: new PythonExecutionBackend(server, answer.sessionId), answer };
}

/** The same session if the server still has it, else that of the same script. */
async function reopen(server: Server, lost: string, path: string | null): Promise<SessionSource> {
  const backend = new PythonExecutionBackend(server, lost);
  try {
    return { backend, answer: await backend.session() };
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 404) throw error;
    return sourceOf(server, await openSession(server, path));
  }
}
