import type { EditorView } from "@codemirror/view";
import type { ReadonlySignal } from "@preact/signals";
import type { LineRange } from "../backend/types";
import type { Drawing } from "../editor/late-drawing";
import { stepped } from "../editor/sight/step-in-sight";
import {
  inOneRange,
  linesOf,
  type StatementRange,
  statementAfter,
  touchedStatements,
} from "../editor/statements";
import type { Command } from "../ui/commands";
import * as icons from "../ui/icons";
import type { FreshRuns, Manner } from "./fresh/fresh-runs";

/** What the commands of a script ask of its pane. */
export interface ScriptActions {
  readonly editor: EditorView;
  /** Have the page show a run of the present text, or of it up to the end of *lines*. */
  run(lines: LineRange | null, manner?: Manner): void;
  stop(): void;
  reset(): void;
  /** Reset, and run the whole script. */
  runAfresh(): void;
  readonly fresh: Pick<FreshRuns, "isFollowing" | "toggleFollow" | "toggleConsole" | "verify">;
  /** Do *act* with what shows results, once it is there. */
  withDrawing(act: (drawing: Drawing) => unknown): void;
  /** Put away what the statements have shown. */
  clearResults(): void;
  /** Go to the field of the script's arguments. */
  editArguments(): void;
  /** Whether something goes on that `stop` would end. */
  readonly canStop: ReadonlySignal<boolean>;
  /** Go to what the run asks or to where it ended, and then from problem to problem: to the next, or back. */
  step(direction: 1 | -1): void;
}

/** What one can do with a script, besides saving it. */
export function scriptCommands(actions: ScriptActions): Command[] {
  const shared = { group: "Script", refocus: () => actions.editor.focus() } as const;
  return [
    {
      id: "run",
      title: "Run statement",
      detail: "Run the statement at the cursor, and what it needs above",
      aliases: "execute cell selection",
      key: "Mod-Enter",
      button: { label: "Run", icon: icons.Run, look: "primary" },
      run: () => void runTouched(actions, { again: true, focus: true }),
      ...shared,
    },
    {
      id: "step",
      title: "Run and move on",
      detail: "Run, and move on to the next statement",
      aliases: "step next advance execute",
      key: "Shift-Enter",
      menuOf: "run",
      run: () => {
        const last = runTouched(actions, { again: true });
        if (last) moveOn(actions.editor, last);
      },
      ...shared,
    },
    {
      id: "all",
      title: "Run all",
      detail: "Catch up: run all that is not so already",
      aliases: "whole script execute everything catch up",
      key: "Mod-Shift-Enter",
      button: { label: "Run all", icon: icons.RunAll },
      menuOf: "run",
      run: () => actions.run(null),
      ...shared,
    },
    {
      id: "above",
      title: "Run all above",
      detail: "Run what stands above the statement at the cursor",
      aliases: "before previous execute",
      menuOf: "run",
      run: () => runBeside(actions, "above"),
      ...shared,
    },
    {
      id: "below",
      title: "Run from here to the end",
      detail: "Run the statement at the cursor and all below it",
      aliases: "below after rest execute",
      menuOf: "run",
      run: () => runBeside(actions, "below"),
      ...shared,
    },
    {
      id: "follow",
      title: "Follow",
      detail: "Catch up by itself when the text or a file that it uses changes",
      aliases: "live reactive automatic catch up watch",
      key: "F9",
      button: { label: "Follow", icon: icons.Follow },
      menuOf: "run",
      pressed: actions.fresh.isFollowing,
      run: () => actions.fresh.toggleFollow(),
      ...shared,
    },
    {
      id: "afresh",
      title: "Run all afresh",
      detail: "Run the whole script in a new process",
      aliases: "restart kernel and run all fresh",
      menuOf: "run",
      run: () => actions.runAfresh(),
      ...shared,
    },
    {
      id: "verify",
      title: "Verify in a fresh process",
      detail: "Run the text in a fresh process beside, and compare every output",
      aliases: "check compare reproducible fresh true",
      menuOf: "run",
      run: () => actions.fresh.verify(),
      ...shared,
    },
    {
      id: "console",
      title: "Console mode, on or off",
      detail: "Run statements in the process as it is; names stay from run to run",
      aliases: "repl interactive namespace fresh",
      key: "Mod-Alt-Enter",
      menuOf: "run",
      run: () => actions.fresh.toggleConsole(),
      ...shared,
    },
    {
      id: "console here",
      title: "Console here",
      detail: "Try code in the state as it was after the statement at the cursor; the run stays as it is",
      aliases: "look back inspect variables repl evaluate time travel earlier state",
      key: "Alt-Enter",
      menuOf: "run",
      group: "Script",
      run: () => actions.withDrawing(({ openConsole }) => openConsole(actions.editor)),
    },
    {
      id: "arguments",
      title: "Set the arguments",
      detail: "Set the script's arguments, its sys.argv",
      aliases: "argv argparse parameters command line options click typer",
      menuOf: "run",
      group: "Script",
      run: () => actions.editArguments(),
    },
    {
      id: "clear",
      title: "Clear outputs",
      detail: "Put away all outputs; the variables stay",
      aliases: "results remove delete all",
      menuOf: "run",
      run: () => actions.clearResults(),
      ...shared,
    },
    {
      // Its key is beside F9 and Mod-F9, and nobody who writes presses it by habit: a run that took an hour may end by it.
      id: "stop",
      title: "Stop",
      detail: "Stop: interrupt the run, keep the variables",
      aliases: "interrupt cancel kill abort",
      key: "Shift-F9",
      button: { label: "Stop", icon: icons.Stop },
      enabled: actions.canStop,
      run: () => actions.stop(),
      ...shared,
    },
    {
      id: "reset",
      title: "Reset",
      detail: "Reset: a fresh kernel without variables",
      aliases: "restart kernel fresh clear variables",
      key: "Mod-F9",
      menuOf: "run",
      run: () => actions.reset(),
      ...shared,
    },
    {
      id: "next problem",
      title: "Go to the next problem",
      detail: "Go to where the run ended or to what it asks, then from problem to problem",
      aliases: "error jump outcome question",
      key: "F8",
      group: "Script",
      run: () => actions.step(1),
    },
    {
      id: "previous problem",
      title: "Go to the problem before",
      aliases: "error jump previous back",
      key: "Shift-F8",
      group: "Script",
      run: () => actions.step(-1),
    },
    {
      // In the place of the page's, which would not wait for what is still to come.
      id: "print",
      title: "Print or save as PDF",
      aliases: "export report paper pdf",
      group: "Page",
      inMenu: true,
      run: () => actions.withDrawing(({ printScript }) => printScript(actions.editor)),
    },
  ];
}

/** Run the statements that the selection touches; returns the last of them. */
export function runTouched(
  actions: Pick<ScriptActions, "editor" | "run">,
  manner: Manner,
): StatementRange | null {
  const { editor } = actions;
  const touched = touchedStatements(editor.state);
  const last = touched.at(-1);
  if (!last) return null;
  for (const adjacent of inOneRange(editor.state, touched))
    actions.run(linesOf(editor.state, adjacent), manner);
  return last;
}

/** Run what stands above the statements that the selection touches, or these and all below. */
function runBeside(actions: ScriptActions, side: "above" | "below"): void {
  const { doc } = actions.editor.state;
  const [first] = touchedStatements(actions.editor.state);
  if (!first) return;
  const line = doc.lineAt(first.from).number;
  if (side === "below") actions.run({ from: line, to: doc.lines }, { again: true });
  else if (line > 1) actions.run({ from: 1, to: line - 1 });
}

function moveOn(view: EditorView, { from, to }: StatementRange): void {
  const { doc } = view.state;
  const last = doc.line(doc.lines);
  const below =
    statementAfter(view.state, to)?.from ?? (last.length === 0 && last.from > to ? last.from : null);
  // After the last statement one goes on writing on a new line.
  const changes = below === null ? [{ from: doc.length, insert: "\n" }] : [];
  const next = below ?? doc.length + 1;
  view.dispatch({
    changes,
    selection: { anchor: next },
    effects: stepped.of({ from, next }),
    scrollIntoView: true,
    userEvent: below === null ? "input" : "select",
  });
}
