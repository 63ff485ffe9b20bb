import type { ChangeSet, StateEffect, Text } from "@codemirror/state";
import { EditorView, runScopeHandlers } from "@codemirror/view";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { Unreachable } from "../backend/execution-backend";
import { readIfThere } from "../backend/opening";
import type {
  EventFrame,
  FileEvent,
  KernelInfo,
  LineRange,
  OutputItem,
  SessionAnswer,
} from "../backend/types";
import { OutsideChanges, type Versions } from "../documents/external-changes";
import { changesBetween } from "../documents/line-diff";
import { Conflict, type ScriptFile, textOf } from "../documents/text-document";
import type { EditorSettings } from "../editor/configuration";
import { createEditor } from "../editor/editor";
import {
  clearResults,
  endRun,
  importChanged,
  type PlannedResult,
  planResults,
  resultsOf,
  setResults,
  updateResults,
} from "../editor/results/results-field";
import { linesNow, rangeOf, remember } from "../editor/sent-documents";
import type { RunEnd } from "../session/reduce";
import {
  isStatementEvent,
  placeOfItem,
  restored,
  resultId,
  type StatementEvent,
  waiting,
} from "../session/results";
import { Session, type SessionListener, type SessionSource } from "../session/session";
import type { Notices } from "../ui/notices";
import { type Actions, type Command, type CommandName, commands } from "./script-commands";
import { endOf } from "./script-status";

/** What this page knows a run by. */
interface RunKey {
  /** Whether it is the whole script that runs. */
  readonly whole: boolean;
}

/** When a run goes on this long (milliseconds) after Stop, a reset is offered. */
const STUBBORN = 3000;

export interface WorkbenchParts {
  source: SessionSource;
  /** Find the session of a script again after the connection broke. */
  reopen(path: string | null): Promise<SessionSource>;
  file: ScriptFile;
  notices: Notices;
  parent: HTMLElement;
  settings: ReadonlySignal<EditorSettings>;
  /** Ask the person for a name; null when they think better of it. */
  askForName(): Promise<string | null>;
  /** Show the versions of a file side by side; resolves to the text that the person settles on, or null. */
  compare(versions: Versions): Promise<string | null>;
  /** What runs after somebody else has made *doc* of the text by *changes*; null is all of it. */
  linesToRun(doc: Text, changes: ChangeSet): LineRange | null | "none";
  /** Something happened to a file or folder of the workspace. */
  fileChanged(event: FileEvent): void;
  /** A run is over that this page has followed. */
  runEnded(run: RunEnd): void;
  /** Set while the person has to choose between versions of the file. */
  undecided: Signal<boolean>;
}

/** A script that is open: its session, its file and its editor, and what one can do with them. */
export class Workbench implements Actions, SessionListener {
  readonly session: Session<RunKey>;
  readonly file: ScriptFile;
  readonly editor: EditorView;
  readonly commands: Record<CommandName, Command>;
  readonly cursor: Signal<{ line: number; column: number }> = signal({ line: 1, column: 1 });
  /** What a screen reader says next. */
  readonly announcement: Signal<string> = signal("");
  private readonly notices: Notices;
  readonly outside: OutsideChanges;
  /** What the text is remembered by to which the lines of restored results refer. */
  private readonly restoredKey: RunKey = { whole: true };

  constructor(private readonly parts: WorkbenchParts) {
    this.file = parts.file;
    this.notices = parts.notices;
    this.session = new Session(parts.source, () => parts.reopen(this.file.path.peek()), this);
    this.commands = commands(this);
    this.editor = createEditor({
      parent: parts.parent,
      text: this.file.text.peek().toString(),
      commands: this.commands,
      settings: parts.settings,
      changed: (view) => this.changed(view),
      context: {
        goToLine: (line, column) => this.goToLine(line, column),
        goToLineOf: (runId, line, column) => this.goToLineOf(runId, line, column),
        isScript: (file) => this.isScript(file),
        announce: (text) => this.announce(text),
        resized: () => this.editor.requestMeasure(),
        query: (handle, request) => this.session.backend.query(handle, request),
        wholeText: (item) => this.wholeText(item),
        answer: (text, question) => this.attempt(this.session.backend.input(text, question)),
      },
    });
    this.outside = new OutsideChanges({
      file: this.file,
      notices: this.notices,
      undecided: parts.undecided,
      editor: () => this.editor,
      read: (path) => readIfThere(this.session.backend, path),
      save: () => this.save(),
      compare: parts.compare,
      report: (error) => this.report("file", error),
      cameIn: (changes) => this.cameIn(changes),
    });
    // Where nothing has run there is nothing to place, and the editor need not be drawn twice.
    if (parts.source.answer.statements.length > 0) this.place(parts.source.answer);
  }

  private wholeText(item: OutputItem): Promise<string> {
    const place = placeOfItem(item);
    return place
      ? this.session.backend.outputText(place)
      : Promise.reject(new Error("This output is no longer there to be saved whole."));
  }

  /** Do what a command says, from a button. */
  perform(name: CommandName): void {
    this.commands[name].run(this.editor);
    this.editor.focus();
  }

  /** Keys work wherever the focus is; within a field or on a button, Enter means that field or button. */
  handleKey(event: KeyboardEvent): void {
    if (event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : null;
    if (event.key === "Enter" && target?.closest("button, input, textarea, summary, a, dialog")) return;
    if (runScopeHandlers(this.editor, event, "page")) event.preventDefault();
  }

  // ------------------------------------------------------------------------------------------- what one can do

  run(lines: LineRange | null): void {
    const key: RunKey = { whole: lines === null };
    // First of all it is on its way; what it leads to comes in later tasks.
    const running = this.session.run(this.editor.state.doc.toString(), lines, key);
    running.catch((error: unknown) => this.report("run", error));
    remember(this.editor, key);
    this.notices.withdraw("run");
  }

  stop(): void {
    const running = this.session.state.peek().run?.runId;
    if (!this.session.busy.peek()) return;
    this.attempt(this.session.backend.interrupt());
    setTimeout(() => {
      if (running === undefined || this.session.state.peek().run?.runId !== running) return;
      this.notices.say({
        subject: "stop",
        kind: "warning",
        text: "The script has not stopped yet. A reset ends it for certain; its variables will be gone.",
        actions: [{ label: "Reset", run: () => this.reset() }],
      });
    }, STUBBORN);
  }

  reset(): void {
    this.notices.withdraw("stop");
    this.attempt(this.session.backend.reset());
  }

  save(): void {
    void this.saveAs(this.file.path.peek()).catch((error: unknown) => this.report("save", error));
  }

  private async saveAs(path: string | null): Promise<void> {
    const name = path ?? (await this.parts.askForName());
    if (name === null) return;
    try {
      await this.file.save(this.session.backend, path === null ? name : undefined);
      this.notices.withdraw("save");
      this.announce(`${name} saved`);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      if (path === null) this.notices.say({ subject: "save", kind: "error", text: error.message });
      // What does not overlap is merged, and then it is the merged text that is saved.
      else if (this.outside.take(error.path, error.theirs)) await this.saveAs(path);
    }
  }

  /** The text is what somebody else made of it; a person may want that to run. */
  private cameIn(changes: ChangeSet): void {
    const lines = this.parts.linesToRun(this.editor.state.doc, changes);
    if (lines !== "none") this.run(lines);
  }

  // ------------------------------------------------------------------------------------------- what happens

  replaced(answer: SessionAnswer): void {
    this.place(answer);
    this.lookAtFile();
  }

  /** What happened to the file while nobody told. */
  lookAtFile(): void {
    void this.outside.look();
  }

  private place(answer: SessionAnswer): void {
    const now = performance.now();
    const script = textOf(answer.script ?? "");
    const changes = changesBetween(script, this.editor.state.doc);
    const placed = answer.statements.map((statement): PlannedResult => {
      const result = restored(statement, now);
      const question = answer.input && resultId(answer.input) === result.id ? answer.input : null;
      const input = question && {
        number: question.question,
        prompt: question.prompt,
        password: question.password ?? false,
      };
      const range = rangeOf(script, changes, statement.lineStart, statement.lineEnd);
      const earlier = (statement.earlier ?? []).map((one) => ({
        ...range,
        result: restored(one, now),
        stale: one.stale ?? false,
        earlier: [],
        below: false,
      }));
      return { ...range, result: { ...result, input }, earlier };
    });
    // What was deleted from the text since has no place in it.
    const present = placed.filter(({ from, to, result }) => from < to || result.source === "");
    this.editor.dispatch({ effects: setResults.of(present) });
    remember(this.editor, this.restoredKey, script, changes);
  }

  happened(events: readonly EventFrame[], now: number): void {
    const effects: StateEffect<unknown>[] = [];
    let batch: StatementEvent[] = [];
    const flush = () => {
      if (batch.length > 0) effects.push(updateResults.of({ events: batch, now }));
      batch = [];
    };
    for (const event of events) {
      if (isStatementEvent(event)) batch.push(event);
      else if (event.type === "plan") {
        flush();
        const key = this.session.keyOf(event.runId);
        const place = key && linesNow(this.editor, key);
        if (!place) continue;
        effects.push(
          planResults.of({
            whole: key.whole,
            statements: event.statements.map((statement) => ({
              ...place(statement.lineStart, statement.lineEnd),
              result: waiting(event.runId, statement),
            })),
          }),
        );
      } else if (event.type === "complete") {
        flush();
        effects.push(endRun.of({ runId: event.runId }));
      } else if (event.type === "reset") {
        flush();
        effects.push(clearResults.of(null));
      }
    }
    flush();
    if (effects.length > 0) this.editor.dispatch({ effects });
    for (const event of events) this.remark(event);
  }

  orphaned(): void {
    this.lookAtFile();
    const runs = new Set(resultsOf(this.editor.state).map(({ result }) => result.runId));
    this.editor.dispatch({ effects: [...runs].map((runId) => endRun.of({ runId })) });
    this.notices.say({
      subject: "restart",
      kind: "warning",
      text: "The server was started anew. Your text is as it was; the variables are gone.",
    });
  }

  /** What is worth a word to the person. */
  private remark(event: EventFrame): void {
    if (event.type === "complete") {
      this.notices.withdraw("stop");
      const { lastRun } = this.session.state.peek();
      if (lastRun?.runId === event.runId) {
        this.announce(`Run over: ${endOf(lastRun)}`);
        this.parts.runEnded(lastRun);
      }
    } else if (event.type === "input") {
      this.announce(`The script asks: ${event.prompt || "for input"}`);
    } else if (event.type === "reset") {
      this.announce("The kernel is fresh; variables and results are gone.");
    } else if (event.type === "file") {
      this.outside.heard(event);
      const { path, importedBy } = event;
      if (importedBy) this.editor.dispatch({ effects: importChanged.of({ path, statements: importedBy }) });
      this.parts.fileChanged(event);
    } else if (event.type === "script") {
      if (event.scriptPath !== null) this.file.path.value = event.scriptPath;
    } else if (event.type === "error") {
      this.notices.say({ subject: "failure", kind: "error", text: event.message });
    } else if (event.type === "kernel") {
      this.remarkOnKernel(event.kernel);
    }
  }

  private remarkOnKernel({ state, reason }: KernelInfo): void {
    if (!reason) return;
    const consequence = state === "dead" ? "Reset starts a new one." : "The variables are gone.";
    this.notices.say({
      subject: "kernel",
      kind: "warning",
      text: `The kernel died: ${reason}. ${consequence}`,
    });
  }

  // ------------------------------------------------------------------------------------------- within the page

  private changed(view: EditorView): void {
    this.file.text.value = view.state.doc;
    const { head } = view.state.selection.main;
    const line = view.state.doc.lineAt(head);
    const before = this.cursor.peek();
    const column = head - line.from + 1;
    if (before.line !== line.number || before.column !== column)
      this.cursor.value = { line: line.number, column };
  }

  /** Lines are counted from 1, columns from 0. */
  private goToLine(number: number, column = 0): void {
    const { doc } = this.editor.state;
    const line = doc.line(Math.max(1, Math.min(number, doc.lines)));
    const anchor = Math.min(line.to, line.from + Math.max(0, column));
    this.editor.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: "center" }),
    });
    this.editor.focus();
  }

  /** Go to where a line of the text that a run was given is now. */
  private goToLineOf(runId: string, number: number, column?: number): void {
    const now = linesNow(this.editor, this.session.keyOf(runId) ?? this.restoredKey);
    const { doc } = this.editor.state;
    this.goToLine(now ? doc.lineAt(now(number, number).from).number : number, column);
  }

  private isScript(file: string): boolean {
    const path = this.file.path.peek();
    return path !== null && file === `${this.session.state.peek().root.replace(/\/$/, "")}/${path}`;
  }

  private announce(text: string): void {
    this.announcement.value = text;
  }

  private attempt(request: Promise<unknown>): void {
    request.catch((error: unknown) => this.report("request", error));
  }

  private report(subject: string, error: unknown): void {
    if (!(error instanceof Error)) throw error;
    const text = "There is no connection to the server. Your text is kept; try again once it is back.";
    if (error instanceof Unreachable) this.notices.say({ subject: "unreachable", kind: "error", text });
    else this.notices.say({ subject, kind: "error", text: error.message });
  }
}
