/** What stands around a script: what the page hands in, and what outputs may ask of the page. */

import type { EditorView } from "@codemirror/view";
import type { ReadonlySignal, Signal } from "@preact/signals";
import type { SessionBackend } from "../backend/execution-backend";
import type { Server } from "../backend/http";
import type { FileEvent, RunEnd } from "../backend/types";
import type { TextDocument } from "../documents/text-document";
import type { DraftParts } from "../documents/unsaved-text";
import type { Drawing } from "../editor/late-drawing";
import { measureSoon } from "../editor/results/output-sizes";
import type { PageContext } from "../editor/results/page-context";
import type { FileService } from "../files/file-service";
import { fileBeside, pictureBeside } from "../files/named-files";
import { withoutDots } from "../files/paths";
import type { DrawingNotes } from "../session/drawing-notes";
import { OmittedOutput } from "../session/omitted-output";
import type { SessionSource } from "../session/session";
import type { LookBacks } from "./fresh/look-backs";
import type { PaneSettings } from "./pane-settings";
import type { OtherTabs, ScriptLanguageParts } from "./script-language";

export interface ScriptPaneParts extends DraftParts {
  /** Where the session of the script is. */
  server: ReadonlySignal<Server>;
  /** The files of the workspace, which outputs may show. */
  service: Pick<FileService, "raw" | "list" | "readFile" | "writeFile">;
  /** What is open beside it; opens files of the workspace. */
  opened: OtherTabs;
  /** What was found in the script is shown beside it. */
  showFindings: ScriptLanguageParts["showFindings"];
  source: SessionSource;
  /** What shows results, if it is there already. */
  shownBy: Drawing | null;
  /** Find the session of a script again after the connection broke; *lost* is the id that it had. */
  reopen(lost: string, path: string | null): Promise<SessionSource>;
  document: TextDocument;
  parent: HTMLElement;
  settings: Signal<PaneSettings>;
  drawing: ReturnType<DrawingNotes["for"]>;
  /** Ask the person for a name; null when they think better of it. */
  askForName(): Promise<string | null>;
  /** Something happened to a file or folder of the workspace. */
  fileChanged(event: FileEvent): void;
  /** A run is over whose events this page has taken. */
  runEnded(path: string | null, run: RunEnd): void;
}

export interface ScriptContextParts
  extends Pick<ScriptPaneParts, "document" | "service" | "opened" | "drawing">,
    Pick<PageContext, "goToLine" | "goToLineOf" | "announce" | "askAgain" | "stop"> {
  lookBacks: LookBacks;
  backend(): SessionBackend;
  editor(): EditorView;
  /** The root of the workspace. */
  root(): string;
  /** Do what may fail, and say why it did. */
  attempt(request: Promise<unknown>): void;
}

/** What the outputs of a script may ask of the page. */
export function scriptContext(parts: ScriptContextParts): PageContext {
  const { document, service, opened, drawing, backend, attempt } = parts;
  const { goToLine, goToLineOf, announce, askAgain } = parts;
  const omitted = new OmittedOutput(backend);
  return {
    goToLine,
    goToLineOf,
    announce,
    askAgain,
    drawing,
    isScript: (file) => {
      const path = document.path.peek();
      return path !== null && withoutDots(file) === `${parts.root().replace(/\/$/, "")}/${path}`;
    },
    resized: () => measureSoon(parts.editor()),
    lookBack: (nodeIndex, code) => parts.lookBacks.count(backend().lookBack(nodeIndex, code)),
    stop: parts.stop,
    query: (handle, request) => backend().query(handle, request),
    wholeText: (item) => omitted.text(item),
    wholeItem: (item, signal) => omitted.data(item, signal),
    picture: (path) => pictureBeside(document.path.peek(), path, service),
    openFile: (path) =>
      attempt(fileBeside(document.path.peek(), path, service).then((found) => opened.open(found))),
    answer: (text, question) => attempt(backend().input(text, question)),
  };
}
