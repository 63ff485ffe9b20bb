/** What starts and ends the runs of a script. */
import type { ChangeSet, Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { LineRange } from "../backend/types";
import { rememberDocument } from "../editor/sent-documents";
import type { Session } from "../session/session";
import type { Notices } from "../ui/notices";
import type { ScriptArguments } from "./arguments/script-arguments";
import type { RunKey, RunManner } from "./fresh/run-manner";
import type { PaneSettings } from "./pane-settings";
import type { ScriptNotices } from "./script-notices";

export interface ScriptRunsParts {
  readonly session: Session<RunKey>;
  readonly given: ScriptArguments;
  readonly notices: Notices;
  readonly words: ScriptNotices;
  editor(): EditorView;
  figureSteps(): boolean;
  report(subject: string, error: unknown): void;
}

/** When a run goes on this long (milliseconds) after Stop, a reset is offered. */
const RESET_OFFER_MS = 3000;

export class ScriptRuns {
  constructor(private readonly parts: ScriptRunsParts) {}

  /** Run the present text, or the statements of it that overlap *lines*. */
  run(lines: LineRange | null, how: RunManner = {}): void {
    this.#onceAllowed(() => {
      this.#begin(lines, how, null);
      this.parts.notices.withdraw("run");
    });
  }

  /** Reset, and run the whole script. */
  runAfresh(how: RunManner = {}): void {
    this.#onceAllowed(() => {
      this.parts.notices.withdraw("stop");
      this.#begin(null, how, () => this.parts.session.backend.reset());
    });
  }

  stop(): void {
    const { session, words, report } = this.parts;
    const running = session.state.peek().run?.runId;
    if (!session.busy.peek()) return;
    session.backend.interrupt().catch((error: unknown) => report("request", error));
    setTimeout(() => {
      if (running === undefined || session.state.peek().run?.runId !== running) return;
      words.stillRuns(() => this.reset());
    }, RESET_OFFER_MS);
  }

  reset(): void {
    const { session, notices, report } = this.parts;
    this.#onceAllowed(() => {
      notices.withdraw("stop");
      session.backend.reset().catch((error: unknown) => report("request", error));
    });
  }

  /** Do *go*, which starts a kernel; first ask whether its interpreter may be started, if that is not known. */
  #onceAllowed(go: () => void): void {
    const { session, report } = this.parts;
    const { unknownInterpreter: asked } = session.state.peek().kernel;
    if (!asked) go();
    else
      import("./questions/ask-to-start")
        .then(({ askToStart }) => askToStart(asked, session.backend, go))
        .catch((error: unknown) => report("request", error));
  }

  /** Run the text as it is now, with the arguments as they are now, once *prepare* is done. */
  #begin(
    lines: LineRange | null,
    { follows = false, ...how }: RunManner,
    prepare: (() => Promise<void>) | null,
  ): void {
    const { session, given, notices, report } = this.parts;
    const editor = this.parts.editor();
    const key: RunKey = { whole: lines === null, follows };
    const text = editor.state.doc.toString();
    const options = { figureSteps: this.parts.figureSteps(), ...how };
    const send = () => session.run(text, lines, key, options).catch((error: unknown) => report("run", error));
    // First of all it is on its way; what it leads to comes in later tasks.
    if (prepare === null && given.isKept) void send();
    else {
      const preparing = given.keep().then(async (kept) => {
        if (kept) {
          await prepare?.();
          await send();
          // With arguments that cannot be used nothing runs, nor with those of before.
        } else if (given.problem.peek() !== "") given.focus();
      });
      preparing.catch((error: unknown) => report("request", error));
    }
    rememberDocument(editor, key);
    notices.withdraw("arguments");
  }
}

/** The lines that run after *changes* made *doc* of the text: null is the whole script. */
export function linesToRun(
  choice: PaneSettings["runOutside"],
  doc: Text,
  changes: ChangeSet,
): LineRange | null | "none" {
  if (choice === "nothing" || changes.empty) return "none";
  if (choice === "all") return null;
  let first = doc.length;
  changes.iterChangedRanges((_fromA, _toA, from) => {
    first = Math.min(first, from);
  });
  return { from: doc.lineAt(first).number, to: doc.lines };
}
