import { effect, signal } from "@preact/signals";
import { render } from "preact";
import * as start from "./app/early-requests";
import { FinishedNotice } from "./app/finished-notice";
import { Page, type Phase, type TokenQuestion } from "./app/page";
import { keptSettings } from "./app/settings";
import { Refused, Unreachable } from "./backend/execution-backend";
import { PythonExecutionBackend } from "./backend/execution-backend-python";
import { keepToken } from "./backend/execution-python";
import type { Server } from "./backend/http";
import { openSession } from "./backend/opening";
import type { SessionAnswer } from "./backend/types";
import { Dialogs } from "./documents/name-dialog";
import { ScriptFile } from "./documents/text-document";
import { keepDropsApart } from "./files/file-drops";
import { FileService } from "./files/file-service";
import { linesToRun } from "./panes/rerun";
import { Workbench } from "./panes/script-pane";
import { Desk, type Tab } from "./panes/tabs";
import type { SessionSource } from "./session/session";
import { Notices } from "./ui/notices";
import "./theme.css";
import "./ui/controls.css";
import "./app/toolbar.css";
import "./app/status-line.css";
import "./ui/notices.css";
import "./ui/dialogs.css";
import "./app/page.css";
import "./panes/tabs.css";

/** A connection that is back within this time (milliseconds) is not worth a word. */
const PATIENCE = 800;

let { server }: { server: Server } = start.place;
/** What was asked for already, until it is taken. */
let asked: Promise<SessionAnswer> | null = start.opening;
/** Whether its token was typed into the form, rather than given or kept. */
let typed = false;
const notices = new Notices();
const dialogs = new Dialogs();
const finished = new FinishedNotice(document, window.Notification);
const settings = keptSettings(window.localStorage, window);
const phase = signal<Phase>({ kind: "opening" });
const question = signal<TokenQuestion | null>(null);
render(
  <Page {...{ phase, question, notices, dialogs }} url={server.url} />,
  document.getElementById("rdit") as HTMLElement,
);
// Not awaited: what is loaded on demand would wait for the end of this module, which may wait for it.
void open();

/** Open the script; when there is no way, say why and offer another try. */
async function open(): Promise<void> {
  try {
    const other = start.otherFile;
    const opening = asked ?? openSession(server, other === null ? start.place.script : null);
    asked = null;
    const answer = await opening;
    const { root, scriptPath } = answer;
    const before = Desk.openBefore(root);
    const desk = deskFor(root);
    const tab = desk.tabFor(scriptPath, "script");
    const bench = await begin(desk, tab, answer);
    for (const path of scriptPath !== null && before.includes(scriptPath) ? before : [scriptPath, ...before])
      desk.add(path === scriptPath ? tab : desk.tabFor(path));
    tab.body.value = { kind: "script", bench };
    watch(desk);
    await desk.show(tab);
    phase.value = { kind: "open", desk };
    if (other !== null) await desk.open(other);
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return askForToken(() => void open());
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    phase.value = {
      kind: "failed",
      title: error instanceof Unreachable ? "The server does not answer" : "This script cannot be opened",
      detail: error.message,
      again: () => void open(),
    };
  }
}

function sourceOf(answer: SessionAnswer): SessionSource {
  return { backend: new PythonExecutionBackend(server, answer.sessionId), answer };
}

function askForToken(go: () => void): void {
  const before = phase.peek().kind === "open" ? "restarted" : server.token === null ? "none" : "wrong";
  question.value = {
    reason: typed ? "wrong" : before,
    answer(token) {
      server = { ...server, token };
      keepToken(server.url, token, window.localStorage);
      question.value = null;
      typed = true;
      const { value } = phase;
      // Once the form is off the page: until then nothing else takes the focus.
      if (value.kind === "open") requestAnimationFrame(() => value.desk.focus());
      go();
    },
  };
}

function deskFor(root: string): Desk {
  const desk: Desk = new Desk({
    root,
    service: new FileService(() => server),
    notices,
    settings,
    drafts: start.drafts,
    openScript: async (tab, path) => begin(desk, tab, await openSession(server, path)),
    askAboutClosing: async (name) => (await import("./ui/ask")).askAboutClosing(name),
    report(error) {
      if (!(error instanceof Error)) throw error;
      const lost = "There is no connection to the server. Try again once it is back.";
      const text = error instanceof Unreachable ? lost : error.message;
      notices.say({ subject: "files", kind: "error", text });
    },
  });
  return desk;
}

async function begin(desk: Desk, tab: Tab, answer: SessionAnswer): Promise<Workbench> {
  const { scriptPath, script } = answer;
  const file = new ScriptFile(scriptPath, answer.file ?? null);
  // A buffer without a file is as it was when it last ran.
  if (scriptPath === null && script !== null) file.restore(script);
  const undecided = signal(false);
  const tellRecovered = await desk.keepDrafts(tab, file, undecided, () => workbench.save());
  const workbench: Workbench = new Workbench({
    source: sourceOf(answer),
    file,
    notices,
    parent: tab.parent,
    settings,
    reopen: (path) => refind(workbench, path),
    askForName: () => dialogs.askForName(),
    compare: async (versions) => (await import("./documents/conflict-view")).compare(versions),
    linesToRun: (doc, changes) => linesToRun(settings.peek().runOutside, doc, changes),
    fileChanged: (event) => desk.fileChanged(event),
    runEnded: (run) => finished.tell(file.path.peek()?.split("/").at(-1) ?? "The script", run),
    undecided,
  });
  tellRecovered(workbench);
  return workbench;
}

/** The same session if the server still has it, else that of the same script. */
async function refind(workbench: Workbench, path: string | null): Promise<SessionSource> {
  const backend = new PythonExecutionBackend(server, workbench.session.state.peek().sessionId);
  try {
    return { backend, answer: await backend.session() };
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 404) throw error;
    return sourceOf(await openSession(server, path));
  }
}

/** What follows from the state by itself: notices, the title, the address. */
function watch(desk: Desk): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const tab = desk.followed.value;
    const body = tab?.body.value;
    if (!tab || body?.kind !== "script") return;
    const { session } = body.bench;
    const connection = session.connection.value;
    clearTimeout(timer);
    if (connection.kind === "connected") {
      typed = false;
      notices.withdraw("connection");
      notices.withdraw("unreachable");
    } else if (connection.kind === "lost") {
      timer = setTimeout(() => {
        notices.say({
          subject: "connection",
          kind: "warning",
          lasting: true,
          text: "The server does not answer. Your text is kept; rdit goes on as soon as it is back.",
          actions: [{ label: "Try now", run: () => session.retry() }],
        });
      }, PATIENCE);
    } else if (connection.status === 401) askForToken(() => desk.followAgain(tab));
    else notices.say({ subject: "connection", kind: "error", lasting: true, text: connection.detail });
  });
  effect(() => {
    const name = desk.activePath.value?.split("/").at(-1) ?? "Untitled";
    document.title = `${desk.active.value?.unsaved.value ? "● " : ""}${name} – rdit`;
  });
  let named = desk.tabs.peek()[0]?.path.peek() ?? null;
  effect(() => {
    const path = desk.activePath.value;
    if (path === null || path === named) return;
    named = null;
    const address = new URL(window.location.href);
    address.searchParams.set("script", path);
    window.history.replaceState(window.history.state, "", address);
  });
  window.addEventListener("online", () => desk.retry());
  window.addEventListener("keydown", (event) => {
    if (question.value) return;
    desk.handleKey(event);
  });
  keepDropsApart(desk);
}
