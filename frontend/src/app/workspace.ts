import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { Unreachable } from "../backend/execution-backend";
import type { Server } from "../backend/http";
import type { SessionResponse } from "../backend/types";
import type { Drafts } from "../documents/draft-store";
import type { NameQuestion } from "../documents/name-dialog";
import { fileCommands } from "../files/commands";
import { keepDropsApart } from "../files/file-drops";
import { FileService } from "../files/file-service";
import type { FilesContext } from "../files/files-context";
import { openPane, openScript, type PaneParts } from "../panes/open-pane";
import { tabFor } from "../panes/tab";
import { Tabs } from "../panes/tabs";
import { visitCommands } from "../panes/visited/visited-places";
import { DrawingNotes } from "../session/drawing-notes";
import { nameOfItem } from "../session/results";
import { Commands } from "../ui/commands";
import type { Notices } from "../ui/notices";
import { storedPaths, storedSignal } from "../ui/stored";
import { appCommands } from "./commands";
import { showConnection } from "./connection-notices";
import { type Details, detailCommands } from "./drawer/details";
import { FinishedNotice } from "./finished-notice";
import type { OpenPageProps } from "./open-page";
import type { Settings } from "./settings/settings";
import type { TokenQuestion } from "./token-question";
import { listenToKeys, showInWindow } from "./window";

export interface WorkspaceParts {
  readonly server: ReadonlySignal<Server>;
  readonly settings: Signal<Settings>;
  readonly drafts: Drafts;
  readonly notices: Notices;
  readonly name: NameQuestion;
  readonly token: TokenQuestion;
}

/** Put together what shows a workspace, with the script of *answer* and what was open before; join its parts. */
export async function openWorkspace(answer: SessionResponse, parts: WorkspaceParts): Promise<OpenPageProps> {
  const { server, settings, drafts, notices, name, token } = parts;
  const { root, scriptPath } = answer;
  const notes = await DrawingNotes.open(window.localStorage, drafts);
  const commands = new Commands();
  const service = new FileService(() => server.peek());
  const finished = new FinishedNotice(document, window.Notification);
  const report = (error: unknown) => sayWhyNot(error, notices);
  const tabs: Tabs = new Tabs({
    root,
    commands,
    openPane: (tab, path) => openPane(tab, path, panes),
    report,
  });
  const details: Details = signal(null);
  const panes: PaneParts = {
    server,
    service,
    opened: tabs,
    report,
    root,
    drafts,
    notices,
    settings,
    drawing: notes.for(nameOfItem),
    askForName: () => name.ask(),
    showFindings: (which) => {
      details.value = which;
    },
    fileChanged: (event) => tabs.fileChanged(event),
    runEnded: (path, run) => finished.tell(path?.split("/").at(-1) ?? "The script", run),
  };
  const panel = storedSignal(window.localStorage, "rdit.panel", false);
  const drawer = storedSignal<"files" | "outline">(window.localStorage, "rdit.drawer", "files");
  const files: FilesContext = { service, opened: tabs, panel, drawer, commands, notices, report };
  const view = () => tabs.active.peek()?.pane.peek()?.editor ?? null;
  commands.register([
    ...fileCommands(files),
    ...detailCommands(details, tabs, notices),
    ...visitCommands(tabs.visited, (text) => notices.say({ subject: "visited", kind: "note", text }), report),
    ...appCommands({ commands, files, view, settings, report }),
  ]);

  const before = storedPaths(root);
  const tab = tabFor(scriptPath);
  const pane = await openScript(tab, answer, panes);
  for (const path of scriptPath !== null && before.includes(scriptPath) ? before : [scriptPath, ...before])
    tabs.add(path === scriptPath ? tab : tabFor(path));
  tab.pane.value = pane;
  showConnection(tabs, notices, token);
  showInWindow(tabs);
  window.addEventListener("online", () => tabs.sessions.retry());
  listenToKeys(tabs, commands, () => token.open.peek() !== null);
  keepDropsApart(files);
  await tabs.show(tab);
  return { tabs, files, details };
}

function sayWhyNot(error: unknown, notices: Notices): void {
  if (!(error instanceof Error)) throw error;
  const lost = "There is no connection to the server. Try again once it is back.";
  const text = error instanceof Unreachable ? lost : error.message;
  notices.say({ subject: "files", kind: "error", text });
}
