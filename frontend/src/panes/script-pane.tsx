import { type EditorView, runScopeHandlers } from "@codemirror/view";
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { EventFrame, LineRange, PlanEvent, QueuedRun, RunEnd, SessionResponse } from "../backend/types";
import { OpenDocument } from "../documents/open-document";
import { createEditor } from "../editor/editor";
import { type Drawing, LateDrawing } from "../editor/late-drawing";
import { goToLine, onJump } from "../editor/outline/go-to";
import { setQueued } from "../editor/results/queued-marks";
import { endRun, resultsOf, setAside, setResults } from "../editor/results/results-field";
import { linesNow, rememberDocument } from "../editor/sent-documents";
import type { LateLanguage } from "../language/late-language";
import { resultId } from "../session/results";
import { Session, type SessionListener } from "../session/session";
import type { Command } from "../ui/commands";
import { typedAhead } from "../ui/typed-ahead";
import { ArgumentsField } from "./arguments/arguments-field";
import { argumentsOf, type ScriptArguments } from "./arguments/script-arguments";
import { complaintOf } from "./arguments/uses-arguments";
import { ProblemSteps } from "./ending/problem-steps";
import { RunEnding } from "./ending/run-ending";
import type { Cure } from "./fresh/badge";
import { BadgeView } from "./fresh/badge-view";
import { FreshRuns, type Manner } from "./fresh/fresh-runs";
import { LookBacks } from "./fresh/look-backs";
import type { RunKey } from "./fresh/run-manner";
import { keepPlace } from "./kept-place";
import type { Pane } from "./pane";
import { saveCommand } from "./save-command";
import { runTouched, type ScriptActions, scriptCommands } from "./script-commands";
import { type ScriptPaneParts, scriptContext } from "./script-context";
import { scriptLanguage } from "./script-language";
import { ScriptNotices } from "./script-notices";
import { linesToRun, ScriptRuns } from "./script-runs";
import {
  effectsOf,
  effectsOfFile,
  NOTHING_QUEUED,
  placedIn,
  queuedStatements,
  waitingRuns,
} from "./session-results";
import { ScriptStatus } from "./status/script-status";

/** A script that is open: its session, its document and its editor, and what one can do with them. */
export class ScriptPane implements Pane, ScriptActions, SessionListener {
  readonly session: Session<RunKey>;
  readonly document: OpenDocument;
  readonly editor: EditorView;
  readonly commands: readonly Command[];
  readonly announcement: Signal<string> = signal("");
  readonly #words: ScriptNotices;
  readonly #drawing: LateDrawing;
  readonly #arguments: ScriptArguments;
  readonly language: LateLanguage;
  readonly #runs: ScriptRuns;
  readonly fresh: FreshRuns;
  readonly #ended: RunEnding;
  readonly headline: ReadonlySignal<string>;
  /** What the text is remembered by to which the lines of restored results refer. */
  readonly #restoredKey: RunKey = { whole: true };
  /** The runs that are marked as waiting. */
  #queued: readonly QueuedRun[] = NOTHING_QUEUED;
  readonly #ending = new AbortController();
  readonly #lookBacks = new LookBacks();
  readonly canStop: ReadonlySignal<boolean> = computed(
    () =>
      this.session.busy.value ||
      this.fresh.verification.isUnderWay.value ||
      this.#lookBacks.areUnderWay.value,
  );
  readonly #steps: ProblemSteps;

  constructor(private readonly parts: ScriptPaneParts) {
    const { document, notices, root, drafts, settings, server } = parts;
    this.#words = new ScriptNotices(notices, (text) => this.#announce(text));
    this.#drawing = new LateDrawing(() => import("./drawing"), parts.shownBy);
    const reopen = () => parts.reopen(this.session.state.peek().sessionId, document.path.peek());
    this.session = new Session(parts.source, reopen, this);
    this.#ended = new RunEnding(this.session.state, () => this.editor);
    this.headline = this.#ended.headline;
    this.#arguments = argumentsOf(document, root, this.session, (error) => this.#report("request", error));
    this.language = scriptLanguage({
      ...parts,
      ...{ server, path: document.path, session: this.session },
      announce: (text) => this.#announce(text),
      report: (error) => this.#report("language", error),
    });
    this.#runs = new ScriptRuns({
      session: this.session,
      given: this.#arguments,
      notices,
      words: this.#words,
      editor: () => this.editor,
      figureSteps: () => settings.peek().figureSteps,
      report: (subject, error) => this.#report(subject, error),
    });
    this.fresh = new FreshRuns({
      session: this.session,
      runs: this.#runs,
      settings,
      storage: window.localStorage,
      scriptName: () => `${root}/${document.path.peek()}`,
      editor: () => this.editor,
      announce: (text) => this.#announce(text),
      report: (subject, error) => this.#report(subject, error),
    });
    this.document = new OpenDocument(document, {
      notices,
      root,
      drafts,
      settings,
      store: () => this.session.backend,
      editor: () => this.editor,
      askForName: () => parts.askForName(),
      saved: (name) => this.#announce(`${name} saved`),
      report: (subject, error) => this.#report(subject, error),
      changedOutside: (changes) => {
        // A person may want that to run which somebody else made of the text.
        if (this.fresh.isFollowing.peek()) return this.fresh.changedOutside();
        const lines = linesToRun(settings.peek().runOutside, this.editor.state.doc, changes);
        if (lines !== "none") this.run(lines);
      },
    });
    this.#steps = new ProblemSteps({
      editor: () => this.editor,
      ended: this.#ended,
      problems: this.language.findings.problems,
      goToProblem: (problem) => this.language.goToProblem(problem),
      announce: (text) => this.#announce(text),
    });
    this.commands = [
      ...scriptCommands(this),
      saveCommand(
        document.unsaved,
        () => this.#save(),
        () => this.focus(),
      ),
      ...this.language.commands,
    ];
    this.editor = createEditor({
      tools: [this.language.extension, onJump((before) => parts.opened.visited.leave(before))],
      drawing: this.#drawing,
      parent: parts.parent,
      text: document.text.peek().toString(),
      commands: this.commands,
      settings,
      runStatement: () => void runTouched(this, { again: true, focus: true }),
      save: () => this.#save(),
      changed: (view, typed) => {
        this.document.edited(view);
        this.#ended.settle(view);
        if (typed) this.fresh.typed();
        this.fresh.settle(view);
      },
      context: scriptContext({
        ...parts,
        backend: () => this.session.backend,
        lookBacks: this.#lookBacks,
        stop: () => this.stop(),
        editor: () => this.editor,
        goToLine: (line, column) => goToLine(this.editor, line, column),
        goToLineOf: (runId, line, column) => this.#goToLineOf(runId, line, column),
        askAgain: (id) => this.#attempt(this.fresh.askAgain(id)),
        root: () => this.session.state.peek().root,
        announce: (text) => this.#announce(text),
        attempt: (request) => this.#attempt(request),
      }),
    });
    // Where nothing has run there is nothing to place, and the editor need not be drawn twice.
    if (parts.source.answer.statements.length > 0) this.#place(parts.source.answer);
    this.#markQueued();
    this.#ended.settle(this.editor);
    this.fresh.begin();
    keepPlace(this.editor, () => `rdit.place ${root}/${document.path.peek()}`, this.#ending.signal);
    this.#drawing.loaded.peek()?.prepareFor(this.editor);
  }

  // ------------------------------------------------------------------------------------------- what one can do

  run(lines: LineRange | null, manner?: Manner): void {
    this.fresh.run(lines, manner);
  }

  stop(): void {
    if (this.session.busy.peek() && !this.fresh.verification.isUnderWay.peek()) this.#runs.stop();
    else this.#attempt(this.session.backend.interrupt());
  }

  reset(): void {
    this.#runs.reset();
  }

  runAfresh(): void {
    this.fresh.runAfresh();
  }

  editArguments(): void {
    this.#arguments.focus();
  }

  clearResults(): void {
    this.#attempt(this.session.backend.clearResults());
  }

  step(direction: 1 | -1): void {
    this.#steps.step(direction);
  }

  /** Save as a person asks for it. */
  #save(): void {
    const save = () => this.document.save();
    const report = (error: unknown) => this.#report("language", error);
    // What cannot be formatted is saved as it is.
    if (this.parts.settings.peek().formatOnSave) this.language.format().catch(report).then(save);
    else save();
  }

  withDrawing(act: (drawing: Drawing) => unknown): void {
    this.#attempt(typedAhead(this.#drawing.load(this.editor).then((drawing) => void act(drawing))));
  }

  // ------------------------------------------------------------------------------------------- what happens

  async ready(): Promise<void> {
    await this.#drawing.load(this.editor).catch((error: unknown) => this.#report("request", error));
  }

  replaced(answer: SessionResponse): void {
    this.#settingAside(() => this.#place(answer));
    this.#markQueued();
    this.document.look();
  }

  #place(answer: SessionResponse): void {
    const { script, changes, results } = placedIn(this.editor.state.doc, answer, performance.now());
    this.editor.dispatch({ effects: setResults.of(results) });
    void this.ready();
    rememberDocument(this.editor, this.#restoredKey, script, changes);
  }

  lacks({ kept }: PlanEvent): boolean {
    const present = new Set(resultsOf(this.editor.state).map(({ result }) => result.id));
    return kept?.some((one) => !present.has(resultId(one))) ?? false;
  }

  happened(events: readonly EventFrame[], now: number): void {
    const effects = effectsOf(events, now, (runId) => {
      const key = this.session.keyOf(runId);
      const place = key && linesNow(this.editor, key);
      return place && { whole: key.whole, place };
    });
    if (effects.length > 0) this.#settingAside(() => this.editor.dispatch({ effects }));
    this.#markQueued();
    this.#ended.settle(this.editor);
    this.fresh.settle(this.editor);
    for (const event of events) {
      this.#remark(event);
      this.fresh.happened(event);
    }
  }

  /** Do what may take results away, and say so. */
  #settingAside(change: () => void): void {
    const before = this.editor.state.field(setAside);
    change();
    const restore = () => this.#attempt(this.session.backend.restoreResults());
    this.#words.setAside(this.editor, before, restore);
  }

  orphaned(): void {
    this.document.look();
    const runs = new Set(resultsOf(this.editor.state).map(({ result }) => result.runId));
    this.editor.dispatch({ effects: [...runs].map((runId) => endRun.of({ runId })) });
    this.#words.serverAnew();
  }

  /** Mark the statements of the runs that wait for another one to end. */
  #markQueued(): void {
    const queued = waitingRuns(this.session.state.peek());
    if (queued === this.#queued) return;
    this.#queued = queued;
    const keyOf = (runId: string) => this.session.keyOf(runId);
    this.editor.dispatch({ effects: setQueued.of(queuedStatements(this.editor, queued, keyOf)) });
  }

  /** What is worth a word to the person. */
  #remark(event: EventFrame): void {
    const { notices } = this.parts;
    if (event.type === "complete") {
      notices.withdraw("stop");
      const { lastRun } = this.session.state.peek();
      // What was made out of date goes on in a run that ends in its turn.
      if (lastRun?.runId === event.runId && event.status !== "superseded") this.#runOver(lastRun);
    } else if (event.type === "input") {
      this.#announce(`The script asks: ${event.prompt || "for input"}`);
      if (!this.session.keyOf(event.runId)?.follows) this.#ended.show();
    } else if (event.type === "reset") {
      this.#words.reset(resultsOf(this.editor.state).length === 0);
    } else if (event.type === "file") {
      this.document.fileChanged(event);
      const effects = effectsOfFile(event);
      if (effects.length > 0) this.editor.dispatch({ effects });
      this.parts.fileChanged(event);
    } else if (event.type === "script") {
      if (event.scriptPath !== null) this.document.file.path.value = event.scriptPath;
    } else if (event.type === "language") this.language.servers.publish(event);
    else if (event.type === "error") {
      const isDead = this.session.state.peek().kernel.state === "dead";
      notices.say({ subject: isDead ? "kernel" : "failure", kind: "error", text: event.message });
    } else if (event.type === "kernel") {
      const { lastRun } = this.session.state.peek();
      this.#words.kernel(event.kernel, lastRun?.status === "died" && event.kernel.state !== "dead");
    }
  }

  #runOver(run: RunEnd): void {
    this.#announce(`Run over: ${this.#ended.outcome.peek()?.words ?? run.status}`);
    // Whoever types while the page follows stays where they are.
    if (!this.session.keyOf(run.runId)?.follows) this.#ended.show();
    this.#drawing.loaded.peek()?.prepareFor(this.editor);
    this.#offerArguments(run);
    this.parts.runEnded(this.document.file.path.peek(), run);
  }

  /** Offer the field when the run ended because of the arguments. */
  #offerArguments({ runId, exitCode }: RunEnd): void {
    const ended = resultsOf(this.editor.state).find(({ result }) => result.runId === runId && result.ending);
    const complaint = complaintOf(exitCode ?? null, ended?.result.output ?? []);
    if (complaint !== null) this.#words.wantsArguments(complaint, () => this.editArguments());
  }

  // ------------------------------------------------------------------------------------------- within the page

  besideTitle() {
    const [runAfresh, leave] = [() => this.runAfresh(), () => this.focus()];
    return <ArgumentsField given={this.#arguments} {...{ runAfresh, leave }} />;
  }

  badge() {
    const [cure, leave] = [(chosen: Cure) => this.fresh.cure(chosen), () => this.focus()];
    return <BadgeView badge={this.fresh.badge} commands={this.commands} {...{ cure, leave }} />;
  }

  status() {
    const { file, cursor } = this.document;
    const { state, connection } = this.session;
    const { path, unsaved } = file;
    const go = () => this.#ended.goTo();
    const { problems } = this.language.findings;
    const showProblems = () => this.parts.showFindings("problems");
    const place = { connection, path, unsaved, cursor, go, problems, showProblems };
    return <ScriptStatus {...place} session={state} outcome={this.#ended.outcome} />;
  }

  shown(): void {
    this.editor.requestMeasure();
  }

  focus(): void {
    this.editor.focus();
  }

  /** Keys work wherever the focus is; within a field or on a button, Enter means that field or button. */
  handleKey(event: KeyboardEvent): void {
    if (event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : null;
    if (event.key === "Enter" && target?.closest("button, input, textarea, summary, a, dialog")) return;
    if (runScopeHandlers(this.editor, event, "page")) event.preventDefault();
  }

  /** It hears of files through its own session. */
  fileChanged(): void {}

  destroy(): void {
    this.#ending.abort();
    this.#arguments.destroy();
    this.fresh.destroy();
    this.session.detach();
    this.editor.destroy();
  }

  /** Go to where a line of the text that a run was given is now. */
  #goToLineOf(runId: string, number: number, column?: number): void {
    const now = linesNow(this.editor, this.session.keyOf(runId) ?? this.#restoredKey);
    const { doc } = this.editor.state;
    goToLine(this.editor, now ? doc.lineAt(now(number, number).from).number : number, column);
  }

  #announce(text: string): void {
    this.announcement.value = text;
  }

  #attempt(request: Promise<unknown>): void {
    request.catch((error: unknown) => this.#report("request", error));
  }

  #report(subject: string, error: unknown): void {
    this.#words.failed(subject, error);
  }
}
