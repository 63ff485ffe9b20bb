import type { EditorView } from "@codemirror/view";
import type { ReadonlySignal } from "@preact/signals";
import type { LineRange } from "../backend/types";
import { printScript } from "../editor/printing";
import { stepped } from "../editor/results/step-in-sight";
import { linesOf, type StatementRange, statementAfter, touchedStatements } from "../editor/statements";
import type { Command } from "../ui/commands";
import * as icons from "../ui/icons";

/** What the commands of a script ask of its pane. */
export interface ScriptActions {
  readonly editor: EditorView;
  /** It is busy while something runs or waits to run. */
  readonly session: { readonly busy: ReadonlySignal<boolean> };
  /** Run the present text, or the statements of it that overlap *lines*. */
  run(lines: LineRange | null): void;
  stop(): void;
  reset(): void;
  /** Go to where the last run ended, or to what it asks. */
  goToOutcome(): void;
}

/** What one can do with a script, besides saving it. */
export function scriptCommands(actions: ScriptActions): Command[] {
  const shared = { group: "Script", refocus: () => actions.editor.focus() } as const;
  return [
    {
      id: "run",
      title: "Run the statement at the cursor, or all that the selection touches",
      key: "Mod-Enter",
      button: { label: "Run", icon: icons.Run, look: "primary" },
      run: () => void runTouched(actions),
      ...shared,
    },
    {
      id: "step",
      title: "Run, and move on to the next statement",
      key: "Shift-Enter",
      menuOf: "run",
      run: () => {
        const last = runTouched(actions);
        if (last) moveOn(actions.editor, last);
      },
      ...shared,
    },
    {
      id: "all",
      title: "Run the whole script",
      key: "Mod-Shift-Enter",
      button: { label: "Run all", icon: icons.RunAll },
      menuOf: "run",
      run: () => actions.run(null),
      ...shared,
    },
    {
      id: "stop",
      title: "Stop: interrupt the run, keep the variables",
      key: "Mod-.",
      button: { label: "Stop", icon: icons.Stop },
      enabled: actions.session.busy,
      run: () => actions.stop(),
      ...shared,
    },
    {
      id: "reset",
      title: "Reset: a fresh kernel without variables",
      key: "Mod-F9",
      menuOf: "run",
      run: () => actions.reset(),
      ...shared,
    },
    {
      id: "outcome",
      title: "Go to where the run ended, or to what it asks",
      key: "F8",
      group: "Script",
      run: () => actions.goToOutcome(),
    },
    {
      id: "print",
      title: "Print, or save as PDF",
      group: "Script",
      run: () => void printScript(actions.editor),
    },
  ];
}

/** Run the statements that the selection touches; returns the last of them. */
export function runTouched(actions: Pick<ScriptActions, "editor" | "run">): StatementRange | null {
  const { editor } = actions;
  const touched = touchedStatements(editor.state);
  const last = touched.at(-1);
  if (!last) return null;
  // A selection in several places runs what lies from the first to the last, as the lines of one range.
  actions.run(linesOf(editor.state, touched));
  return last;
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
