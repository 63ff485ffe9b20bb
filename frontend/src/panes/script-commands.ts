import type { EditorView, KeyBinding } from "@codemirror/view";
import type { LineRange } from "../backend/types";
import { linesOf, statementAfter, touchedStatements } from "../editor/statements";

/** What commands ask of the page. */
export interface Actions {
  /** Run the present text, or the statements of it that overlap *lines*. */
  run(lines: LineRange | null): void;
  stop(): void;
  reset(): void;
  save(): void;
}

export type CommandName = "runStatement" | "runAndMoveOn" | "runAll" | "stop" | "reset" | "save";

/** Something a person can do, by its key or a button. */
export interface Command {
  readonly title: string;
  /** As CodeMirror names keys; `Mod` is Cmd on a Mac and Ctrl elsewhere. */
  readonly key: string;
  run(view: EditorView): boolean;
}

/** Every command of the page. Tooltips, buttons and keys are all made from this. */
export function commands(actions: Actions): Record<CommandName, Command> {
  return {
    runStatement: {
      title: "Run the statement at the cursor, or all that the selection touches",
      key: "Mod-Enter",
      run: (view) => {
        runTouched(view, actions);
        return true;
      },
    },
    runAndMoveOn: {
      title: "Run, and move on to the next statement",
      key: "Shift-Enter",
      run: (view) => {
        const touched = runTouched(view, actions);
        if (touched) moveOn(view, touched.to);
        return true;
      },
    },
    runAll: {
      title: "Run the whole script",
      key: "Mod-Shift-Enter",
      run: () => {
        actions.run(null);
        return true;
      },
    },
    stop: {
      title: "Stop: interrupt the run, keep the variables",
      key: "Mod-.",
      run: () => {
        actions.stop();
        return true;
      },
    },
    reset: {
      title: "Reset: a fresh kernel without variables or results",
      key: "Mod-Shift-.",
      run: () => {
        actions.reset();
        return true;
      },
    },
    save: saving(actions),
  };
}

/** Saves what is open. */
export function saving(actions: Pick<Actions, "save">): Command {
  return {
    title: "Save the file",
    key: "Mod-s",
    run: () => {
      actions.save();
      return true;
    },
  };
}

function runTouched(view: EditorView, actions: Actions): { to: number } | null {
  const touched = touchedStatements(view.state);
  const last = touched.at(-1);
  if (!last) return null;
  // A selection in several places runs what lies from the first to the last, as the lines of one range.
  actions.run(linesOf(view.state, touched));
  return last;
}

function moveOn(view: EditorView, position: number): void {
  const next = statementAfter(view.state, position);
  const { doc } = view.state;
  if (next) {
    view.dispatch({ selection: { anchor: next.from }, scrollIntoView: true, userEvent: "select" });
    return;
  }
  // After the last statement one goes on writing on a fresh line.
  const last = doc.line(doc.lines);
  if (last.length === 0 && last.from > position) {
    view.dispatch({ selection: { anchor: last.from }, scrollIntoView: true, userEvent: "select" });
    return;
  }
  view.dispatch({
    changes: { from: doc.length, insert: "\n" },
    selection: { anchor: doc.length + 1 },
    scrollIntoView: true,
    userEvent: "input",
  });
}

/** The keys of *all*; they work in the whole page, not only in the text. */
export function keysOf(all: Record<string, Command>): KeyBinding[] {
  return Object.values(all).map(({ key, run }) => ({ key, run, scope: "editor page", preventDefault: true }));
}

/** How a key is written on the keyboard: `Ctrl+Shift+Enter`, on a Mac `⇧⌘↩`. */
export function keyLabel(key: string, mac: boolean): string {
  const parts = key.split("-");
  const last = parts.pop() ?? "";
  if (!mac) {
    const words = parts.map((part) => (part === "Mod" ? "Ctrl" : part)).sort();
    return [...words, last.length === 1 ? last.toUpperCase() : last].join("+");
  }
  const signs: Record<string, string> = { Ctrl: "⌃", Alt: "⌥", Shift: "⇧", Mod: "⌘" };
  const order = ["Ctrl", "Alt", "Shift", "Mod"];
  const held = order.filter((part) => parts.includes(part)).map((part) => signs[part]);
  return `${held.join("")}${last === "Enter" ? "↩" : last.toUpperCase()}`;
}

/** Whether keys are those of a Mac. */
export const isMac = /Mac|iP(hone|ad|od)/.test(globalThis.navigator?.platform ?? "");
