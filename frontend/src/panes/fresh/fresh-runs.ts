/** Runs as one run of the present text: the commands, following, what is asked first, and what the badge says. */
import type { Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { CheckScriptResponse, EventFrame, LineRange } from "../../backend/types";
import { resultsOf } from "../../editor/results/results-field";
import { linesNow, rememberDocument } from "../../editor/sent-documents";
import { linesOf, statementsInTime } from "../../editor/statements";
import { resultId } from "../../session/results";
import type { Session } from "../../session/session";
import { AllowedStatements } from "./allowed-statements";
import { type Badge, badgeOf, type Cure } from "./badge";
import { Follower } from "./follower";
import { type Question, questionOf } from "./question";
import type { FreshSettings, RunKey, RunManner, Runs } from "./run-manner";
import { NOTHING_STANDS, type Standing, standingOf } from "./standing";
import { Verification } from "./verification";

/** How statements are to run. */
export interface Manner {
  /** Whether also those run that are as they would be. */
  readonly again?: boolean;
  /** Whether the next edit is to be expected at the cursor. */
  readonly focus?: boolean;
}

export interface FreshRunsParts {
  readonly session: Session<RunKey>;
  readonly runs: Runs;
  readonly settings: Signal<FreshSettings>;
  readonly storage: Storage;
  /** What the script is remembered by. */
  scriptName(): string;
  editor(): EditorView;
  announce(text: string): void;
  report(subject: string, error: unknown): void;
}

/** A run shorter than this (milliseconds) is over before the badge has said that it goes on. */
const SHORT_MS = 250;

export class FreshRuns {
  readonly question: Signal<Question | null> = signal(null);
  readonly problem: Signal<{ line: number | null; text: string } | null> = signal(null);
  readonly standing: Signal<Standing> = signal(NOTHING_STANDS);
  readonly verification: Verification;
  readonly badge: ReadonlySignal<Badge>;
  readonly isFollowing: ReadonlySignal<boolean>;
  readonly isConsole: ReadonlySignal<boolean>;
  readonly #badge: Signal<Badge>;
  readonly #follower: Follower;
  readonly #allowed: AllowedStatements;
  /** Does what the question is about. */
  #goOn: () => void = () => undefined;
  /** What following would ask, until it is told to. */
  #found: Question | null = null;
  /** Runs that wait for an answer about the ones before them. */
  #before: Promise<void> | null = null;
  #seen: { doc: Text; placed: unknown; timeline: unknown } | null = null;
  /** Whether a person or the command wants it to follow. */
  readonly #wanted: Signal<boolean> = signal(false);
  readonly #endings: (() => void)[] = [];

  constructor(private readonly parts: FreshRunsParts) {
    const { settings, storage } = parts;
    this.isConsole = computed(() => settings.value.consoleMode);
    this.verification = new Verification(parts);
    this.#allowed = new AllowedStatements(storage, `rdit.allowed ${parts.scriptName()}`);
    this.#follower = new Follower({
      check: () => this.#checkAll(),
      ask: () => this.#ask(this.#found, () => this.#send(null, { follows: true })),
      withdraw: () => this.#withdraw(),
      run: () => this.#send(null, { follows: true }),
      report: (error) => parts.report("request", error),
    });
    this.isFollowing = computed(() => this.#follower.state.value.isOn);
    this.#badge = signal(this.#badgeNow());
    this.badge = this.#badge;
  }

  /** There is an editor: say how things stand, and follow if that is wanted. */
  begin(): void {
    const { session, storage, editor } = this.parts;
    this.settle(editor());
    this.#endings.push(this.#keepBadge());
    const remembered = storage.getItem(this.#followKey);
    this.#wanted.value = remembered === null ? session.state.peek().follow : remembered === "true";
    this.#endings.push(
      effect(() => {
        // In console mode nothing is caught up.
        const isOn = this.#wanted.value && !this.isConsole.value;
        if (isOn !== this.#follower.state.peek().isOn) this.#follower.tell({ type: "switched", isOn });
        editor().dom.parentElement?.toggleAttribute("data-following", isOn);
      }),
    );
  }

  get #followKey(): string {
    return `rdit.follow ${this.parts.scriptName()}`;
  }

  // ------------------------------------------------------------------------------------------- what one can do

  /** Run the present text, or the statements that overlap *lines*, as far as they are not so already. */
  run(lines: LineRange | null, { again = false, focus = lines === null }: Manner = {}): void {
    if (this.isConsole.peek()) {
      this.parts.runs.run(lines);
      return;
    }
    if (lines === null && this.question.peek()) {
      this.goOn();
      return;
    }
    this.#follower.tell({ type: "ran" });
    const go = (now: LineRange | null) => this.#send(now, { again }, focus);
    if (this.#before === null && this.#isCheap(lines, again)) go(lines);
    else this.#askBefore(lines, again, go);
  }

  runAfresh(): void {
    this.#follower.tell({ type: "ran" });
    this.parts.runs.runAfresh(this.isConsole.peek() ? {} : { fresh: true, focusLine: this.#cursorLine() });
  }

  /** Say yes to what was asked. */
  goOn(): void {
    const question = this.question.peek();
    if (!question) return;
    this.#allowed.add(question.sources);
    const go = this.#goOn;
    this.#follower.tell({ type: "ran" });
    go();
  }

  toggleFollow(): void {
    const isOn = !this.isFollowing.peek();
    this.parts.storage.setItem(this.#followKey, String(isOn));
    this.parts.announce(isOn ? "Following: the page catches up by itself" : "Not following");
    this.#wanted.value = isOn;
    if (isOn && this.isConsole.peek()) this.toggleConsole();
  }

  toggleConsole(): void {
    const { settings, announce } = this.parts;
    const consoleMode = !this.isConsole.peek();
    settings.value = { ...settings.peek(), consoleMode };
    announce(consoleMode ? "Console mode: statements run in the process as it is" : "Runs are fresh again");
  }

  verify(): void {
    this.verification.begin();
  }

  /** Let the statement of a result ask what it was answered before. */
  async askAgain(id: string): Promise<void> {
    const { editor, session } = this.parts;
    const find = () => resultsOf(editor().state).find(({ result }) => result.id === id);
    const source = find()?.result.source;
    if (source === undefined) return;
    await session.backend.forgetAnswers(source);
    const placed = find();
    if (placed) this.run(linesOf(editor().state, [placed]), { again: true });
  }

  cure(cure: Cure): void {
    if (cure === "go on") this.goOn();
    else if (cure === "leave console mode") this.toggleConsole();
    else if (cure === "hide differences") this.verification.hide();
    else this.run(null);
  }

  // ------------------------------------------------------------------------------------------- what happens

  /** Somebody typed. */
  typed(): void {
    this.#follower.tell({ type: "typed" });
  }

  /** Another program changed the script or what it uses. */
  changedOutside(): void {
    this.#follower.tell({ type: "changed" });
  }

  happened(event: EventFrame): void {
    if (event.type === "file" && (event.importedBy?.length || event.readBy?.length)) this.changedOutside();
    if (event.type !== "complete" || event.status !== "ok" || !this.standing.peek().behind) return;
    if (!this.parts.session.keyOf(event.runId)?.follows) this.#follower.tell({ type: "ended" });
  }

  /** The text, the results or the timeline may be others. */
  settle({ state }: EditorView): void {
    const { session } = this.parts;
    const seen = { doc: state.doc, placed: resultsOf(state), timeline: session.state.peek().timeline };
    const before = this.#seen;
    if (before?.doc === seen.doc && before.placed === seen.placed && before.timeline === seen.timeline)
      return;
    this.#seen = seen;
    this.standing.value = standingOf(seen.placed, seen.doc, seen.timeline, statementsInTime(state));
  }

  destroy(): void {
    this.#follower.destroy();
    for (const end of this.#endings) end();
  }

  // ------------------------------------------------------------------------------------------- how

  /** Run; what is looked at or edited next is at the cursor, unless that moves on. */
  #send(lines: LineRange | null, how: RunManner, focus = lines === null): void {
    const focusLine = focus ? { focusLine: this.#cursorLine() } : {};
    this.parts.runs.run(lines, { fresh: true, supersede: this.isFollowing.peek(), ...focusLine, ...how });
  }

  #cursorLine(): number {
    const { doc, selection } = this.parts.editor().state;
    return doc.lineAt(selection.main.head).number;
  }

  /** Whether nothing above *lines* would run, and so nothing is to be asked. */
  #isCheap(lines: LineRange | null, again: boolean): boolean {
    const { settings, session } = this.parts;
    if (settings.peek().askFirst !== "always" || session.state.peek().kernel.unknownInterpreter) return true;
    const { behind, shownAt, mixed, hasTimeline, fresh } = this.standing.peek();
    if (shownAt === null || behind?.isShown === false) {
      // What has never run may take whatever time it takes.
      if (!again || lines === null || !behind || lines.to >= behind.line) return true;
    }
    if (mixed || !hasTimeline) return false;
    if (lines === null) return behind === null;
    if (behind && behind.line < lines.from) return false;
    if (!again || (behind && behind.line <= lines.to)) return true;
    // To run a fresh one again, the process goes back; the last is run again on top of a copy, or from the top.
    return fresh === 0;
  }

  /** Ask the server what it would cost to run *lines*, then the person if it is much; then *go*. */
  #askBefore(lines: LineRange | null, again: boolean, go: (lines: LineRange | null) => void): void {
    const { session, editor, report } = this.parts;
    const key: RunKey = { whole: lines === null };
    rememberDocument(editor(), key);
    const linesOfNow = () => {
      const place = lines && linesNow(editor(), key)?.(lines.from, lines.to);
      if (!place) return lines;
      const { doc } = editor().state;
      return { from: doc.lineAt(place.from).number, to: doc.lineAt(place.to).number };
    };
    const asking = (this.#before ?? Promise.resolve()).then(async () => {
      const check = await session.backend.check(editor().state.doc.toString(), linesOfNow(), again);
      const now = linesOfNow();
      // A text that cannot run says so as a run does.
      const question = check.problem === null ? this.#questionOf(check, again ? now : null) : null;
      if (question) this.#ask(question, () => go(linesOfNow()));
      else go(now);
    });
    const before = asking
      .catch((error: unknown) => report("request", error))
      .finally(() => {
        if (this.#before === before) this.#before = null;
      });
    this.#before = before;
  }

  async #checkAll(): Promise<"broken" | "costly" | "free"> {
    const { session, editor, settings } = this.parts;
    // Whether an unknown interpreter may be started is not asked by itself.
    if (session.state.peek().kernel.unknownInterpreter) return "broken";
    const check = await session.backend.check(editor().state.doc.toString(), null, false);
    const { problem, problemLine } = check;
    this.problem.value = problem === null ? null : { line: problemLine, text: problem };
    if (problem !== null) return "broken";
    this.#found = settings.peek().askFirst === "never" ? null : this.#questionOf(check, null);
    return this.#found ? "costly" : "free";
  }

  #questionOf(check: CheckScriptResponse, named: LineRange | null): Question | null {
    const { state } = this.parts.editor();
    const { doc } = state;
    const placed = resultsOf(state);
    const textOf = ({ from, to }: { from: number; to: number }) => doc.sliceString(from, to);
    return questionOf({
      check,
      named,
      known: placed.slice(check.kept).map((one) => ({
        source: textOf(one),
        lineStart: doc.lineAt(one.from).number,
        seconds: (one.result.durationMs ?? 0) / 1000,
      })),
      isAllowed: (source) => this.#allowed.has(source),
      sourceAt: (number) => {
        const line = doc.line(Math.max(1, Math.min(number, doc.lines)));
        return textOf(placed.find(({ from, to }) => from <= line.from && line.from <= to) ?? line);
      },
    });
  }

  #ask(question: Question | null, go: () => void): void {
    this.question.value = question;
    this.#goOn = go;
    if (question) this.parts.announce(`${question.words}. Go on?`);
  }

  #withdraw(): void {
    this.question.value = null;
    this.problem.value = null;
    this.#goOn = () => undefined;
  }

  // ------------------------------------------------------------------------------------------- the badge

  #badgeNow(): Badge {
    const { state } = this.parts.session;
    const { run, timeline, declined } = state.value;
    const done = run ? (timeline.runId === run.runId ? timeline.ran.length : run.finished) : 0;
    const follow = this.#follower.state.value;
    return badgeOf({
      standing: this.standing.value,
      progress: run && {
        done: Math.min(done + 1, done + run.total - run.finished),
        total: done + run.total - run.finished,
      },
      isFollowing: follow.isOn,
      // Also from the request to run until the plan comes.
      isCatchingUp: follow.isOn && (follow.doing !== "nothing" || this.parts.session.busy.value),
      isVerifying: this.verification.isUnderWay.value,
      isConsole: this.isConsole.value,
      question: this.question.value,
      problem: this.problem.value,
      verified: this.verification.linesOf(timeline.ran),
      declined: declined && this.#declinedAt(declined),
    });
  }

  #declinedAt(declined: { runId: string; nodeIndex: number; reason: string }) {
    const { state } = this.parts.editor();
    const one = resultsOf(state).find(({ result }) => result.id === resultId(declined));
    return one ? { line: state.doc.lineAt(one.from).number, reason: declined.reason } : null;
  }

  /** Keep the badge as it is while a run is short, rather than let it flicker. */
  #keepBadge(): () => void {
    const isLong = signal(false);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isRunning = computed(() => this.parts.session.state.value.run !== null);
    const timing = effect(() => {
      clearTimeout(timer);
      isLong.value = false;
      if (isRunning.value)
        timer = setTimeout(() => {
          isLong.value = true;
        }, SHORT_MS);
    });
    const showing = effect(() => {
      const now = this.#badgeNow();
      if (!isRunning.value || isLong.value || this.isConsole.value) this.#badge.value = now;
    });
    return () => {
      clearTimeout(timer);
      timing();
      showing();
    };
  }
}
