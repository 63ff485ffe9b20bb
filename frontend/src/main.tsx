import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { Refused, Unreachable } from "./backend/execution-backend";
import { openSession, PythonExecutionBackend, type Server } from "./backend/execution-backend-python";
import { keepToken, placeOf } from "./backend/execution-python";
import { linesToRun } from "./files/rerun";
import { keptSettings } from "./files/settings";
import { readIfThere, ScriptFile } from "./session/file";
import type { SessionSource } from "./session/session";
import { Dialogs } from "./ui/dialogs";
import { Notices } from "./ui/notices";
import { Page, type Phase, type TokenQuestion } from "./ui/page";
import { Workbench } from "./workbench";
import "./theme.css";
import "./ui/page.css";

/** A connection that is back within this time (milliseconds) is not worth a word. */
const PATIENCE = 800;

const place = placeOf(window);
let server: Server = place.server;
/** Whether its token was typed into the form, rather than given or kept. */
let typed = false;
const notices = new Notices();
const dialogs = new Dialogs();
const settings = keptSettings(window.localStorage, window);
const phase = signal<Phase>({ kind: "opening" });
const question = signal<TokenQuestion | null>(null);
const editorParent = document.createElement("div");
editorParent.className = "editor";

render(
  <Page {...{ phase, question, notices, dialogs, editorParent }} url={server.url} />,
  document.getElementById("rdit") as HTMLElement,
);
await open();

/** Open the script; when there is no way, say why and offer another try. */
async function open(): Promise<void> {
  try {
    const source = await find(place.script);
    const { scriptPath, script } = source.answer;
    const content = scriptPath === null ? null : await readIfThere(source.backend, scriptPath);
    phase.value = { kind: "open", workbench: begin(source, new ScriptFile(scriptPath, content), script) };
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

async function find(path: string | null): Promise<SessionSource> {
  const answer = await openSession(server, path);
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
      if (value.kind === "open") requestAnimationFrame(() => value.workbench.editor.focus());
      go();
    },
  };
}

function begin(source: SessionSource, file: ScriptFile, script: string | null): Workbench {
  // A buffer without a file is as it was when it last ran.
  if (file.path.peek() === null && script !== null) file.restore(script);
  const workbench: Workbench = new Workbench({
    source,
    file,
    notices,
    parent: editorParent,
    reopen: (path) => refind(workbench, path),
    askForName: () => dialogs.askForName(),
    compare: async (versions) => (await import("./files/conflict-view")).compare(versions),
    linesToRun: (doc, changes) => linesToRun(settings.peek().runOutside, doc, changes),
    fileChanged: () => undefined,
  });
  watch(workbench);
  void workbench.session.follow();
  return workbench;
}

/** The same session if the server still has it, else that of the same script. */
async function refind(workbench: Workbench, path: string | null): Promise<SessionSource> {
  const backend = new PythonExecutionBackend(server, workbench.session.state.peek().sessionId);
  try {
    return { backend, answer: await backend.session() };
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 404) throw error;
    return find(path);
  }
}

/** What follows from the state by itself: notices, the title, the address. */
function watch({ session, file }: Workbench): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
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
    } else if (connection.status === 401) askForToken(() => void session.follow());
    else notices.say({ subject: "connection", kind: "error", lasting: true, text: connection.detail });
  });
  effect(() => {
    const name = file.path.value?.split("/").at(-1) ?? "Untitled";
    document.title = `${file.unsaved.value ? "● " : ""}${name} – rdit`;
  });
  effect(() => {
    const path = file.path.value;
    const named = session.state.peek().scriptPath;
    if (path === null || path === named) return;
    const address = new URL(window.location.href);
    address.searchParams.set("script", path);
    window.history.replaceState(window.history.state, "", address);
  });
  window.addEventListener("beforeunload", (event) => {
    if (file.unsaved.peek()) event.preventDefault();
  });
  window.addEventListener("online", () => session.retry());
  const workbenchKeys = (event: KeyboardEvent) => {
    const { value } = phase;
    if (value.kind === "open" && !question.value) value.workbench.handleKey(event);
  };
  window.addEventListener("keydown", workbenchKeys);
}
