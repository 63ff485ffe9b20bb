import type { StateEffect } from "@codemirror/state";
import { EditorView, runScopeHandlers } from "@codemirror/view";
import { type Signal, signal } from "@preact/signals";
import { Unreachable } from "./backend/execution-backend";
import type { EventFrame, FileAnswer, KernelInfo, LineRange, SessionAnswer } from "./backend/types";
import { type Actions, type Command, type CommandName, commands } from "./editor/commands";
import { createEditor } from "./editor/editor";
import { linesNow, rangeOf, remember } from "./editor/flights";
import {
  clearResults,
  endRun,
  type PlannedResult,
  planResults,
  resultsOf,
  setResults,
  updateResults,
} from "./editor/results";
import { Conflict, type ScriptFile, textOf } from "./session/file";
import { changesBetween } from "./session/lines";
import { isStatementEvent, restored, resultId, type StatementEvent, waiting } from "./session/result";
import { Session, type SessionListener, type SessionSource } from "./session/session";
import type { Notices } from "./ui/notices";
import { endOf } from "./ui/status";

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
  /** Ask the person for a name; null when they think better of it. */
  askForName(): Promise<string | null>;
  /** Show both versions of a file side by side; resolves to the text that the person settles on, or null. */
  compare(mine: string, theirs: string): Promise<string | null>;
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
      changed: (view) => this.changed(view),
      context: {
        goToLine: (line, column) => this.goToLine(line, column),
        goToLineOf: (runId, line, column) => this.goToLineOf(runId, line, column),
        isScript: (file) => this.isScript(file),
        announce: (text) => this.announce(text),
        resized: () => this.editor.requestMeasure(),
        query: (handle, request) => this.session.backend.query(handle, request),
        answer: (text) => this.attempt(this.session.backend.input(text)),
      },
    });
    this.replaced(parts.source.answer);
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
    remember(this.editor, key);
    this.notices.withdraw("run");
    const script = this.editor.state.doc.toString();
    this.session.run(script, lines, key).catch((error: unknown) => this.report("run", error));
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
      this.offerChoices(error);
    }
  }

  /** Nothing is overwritten unasked, and whatever is chosen, undo brings the other text back. */
  private offerChoices({ path, theirs }: Conflict): void {
    const keepMine = {
      label: theirs ? "Overwrite it with mine" : "Write it again",
      run: () => {
        this.file.accept(theirs);
        this.save();
      },
    };
    const withTheirs = theirs && [
      { label: "Compare", run: () => void this.settle(theirs) },
      { label: "Take theirs", run: () => this.take(theirs, theirs.content) },
    ];
    this.notices.say({
      subject: "save",
      kind: "warning",
      text: theirs
        ? `${path} was changed on disk since you opened it, so it was not saved.`
        : `${path} is no longer there; it was deleted or moved since you opened it.`,
      actions: [...(withTheirs ?? []), keepMine],
    });
  }

  private async settle(theirs: FileAnswer): Promise<void> {
    const text = await this.parts.compare(this.file.text.peek().toString(), theirs.content);
    if (text !== null) this.take(theirs, text);
  }

  private take(theirs: FileAnswer, text: string): void {
    this.notices.withdraw("save");
    this.file.accept(theirs);
    const changes = changesBetween(this.editor.state.doc, textOf(text));
    this.editor.dispatch({ changes, userEvent: "input.take" });
  }

  // ------------------------------------------------------------------------------------------- what happens

  replaced(answer: SessionAnswer): void {
    const now = performance.now();
    const script = textOf(answer.script ?? "");
    const changes = changesBetween(script, this.editor.state.doc);
    const placed = answer.statements.map((statement): PlannedResult => {
      const result = restored(statement, now);
      const question = answer.input && resultId(answer.input) === result.id ? answer.input : null;
      const input = question && { prompt: question.prompt, password: question.password ?? false };
      return {
        ...rangeOf(script, changes, statement.lineStart, statement.lineEnd),
        result: { ...result, input },
      };
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
      if (lastRun?.runId === event.runId) this.announce(`Run over: ${endOf(lastRun)}`);
    } else if (event.type === "input") {
      this.announce(`The script asks: ${event.prompt || "for input"}`);
    } else if (event.type === "reset") {
      this.announce("The kernel is fresh; variables and results are gone.");
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
