import { pythonLanguage } from "@codemirror/lang-python";
import { EditorSelection, EditorState } from "@codemirror/state";
import { EditorView, runScopeHandlers } from "@codemirror/view";
import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { commandKeys } from "../../src/editor/command-keys";
import { stepField } from "../../src/editor/sight/step-in-sight";
import { scriptCommands } from "../../src/panes/script-commands";
import type { Command } from "../../src/ui/commands";

const actions = {
  run: vi.fn(),
  stop: vi.fn(),
  reset: vi.fn(),
  runAfresh: vi.fn(),
  withDrawing: vi.fn(),
  clearResults: vi.fn(),
  editArguments: vi.fn(),
  step: vi.fn(),
};
let all: Command[];
let view: EditorView;

beforeEach(() => {
  for (const action of Object.values(actions)) action.mockReset();
  all = scriptCommands({
    ...actions,
    canStop: signal(true),
    fresh: {
      isFollowing: signal(false),
      toggleFollow: vi.fn(),
      toggleConsole: vi.fn(),
      verify: vi.fn(),
    },
    get editor() {
      return view;
    },
  });
});
afterEach(() => view.destroy());

function open(doc: string, line: number): void {
  const several = EditorState.allowMultipleSelections.of(true);
  const state = EditorState.create({
    doc,
    extensions: [pythonLanguage, stepField, commandKeys(all), several],
  });
  view = new EditorView({ state: state.update({ selection: { anchor: state.doc.line(line).from } }).state });
}

/** Press *key*; returns whether the page keeps it. */
function press(key: string, held: KeyboardEventInit = { ctrlKey: true }): boolean {
  return runScopeHandlers(view, new KeyboardEvent("keydown", { key, ...held }), "page");
}

function cursorLine(): number {
  return view.state.doc.lineAt(view.state.selection.main.head).number;
}

describe("running the statement at the cursor", () => {
  test("asks for its lines", () => {
    open("a\nif b:\n    c\nd", 3);
    expect(press("Enter")).toBe(true);
    expect(actions.run).toHaveBeenCalledExactlyOnceWith({ from: 2, to: 3 }, { again: true, focus: true });
    expect(cursorLine()).toBe(3);
  });

  test("asks for no lines between several cursors", () => {
    open("a\nb\n\n# c\nc\nd\ne", 1);
    const { doc } = view.state;
    const cursors = [1, 2, 5, 7].map((line) => EditorSelection.cursor(doc.line(line).from));
    view.dispatch({ selection: EditorSelection.create(cursors) });
    press("Enter");
    expect(actions.run.mock.calls.map(([lines]) => lines)).toEqual([
      { from: 1, to: 5 },
      { from: 7, to: 7 },
    ]);
  });

  test("does nothing in an empty script, and the key is still ours", () => {
    open("", 1);
    expect(press("Enter")).toBe(true);
    expect(actions.run).not.toHaveBeenCalled();
  });
});

describe("running and moving on", () => {
  test("puts the cursor into the next statement", () => {
    open("a\n\n# about b\nb\nc", 1);
    press("Enter", { shiftKey: true });
    expect(actions.run).toHaveBeenCalledExactlyOnceWith({ from: 1, to: 1 }, { again: true });
    expect(cursorLine()).toBe(4);
  });

  test("after the last statement makes a line to go on writing", () => {
    open("a", 1);
    press("Enter", { shiftKey: true });
    expect(view.state.doc.toString()).toBe("a\n");
    expect(cursorLine()).toBe(2);
  });

  test("keeps the step in mind, where its lines move too, until the person turns to something else", () => {
    open("a\n\nb\nc", 1);
    press("Enter", { shiftKey: true });
    expect(view.state.field(stepField)).toEqual({ from: 0, next: 3 });
    view.dispatch({ changes: { from: 0, insert: "# above\n" } });
    expect(view.state.field(stepField)).toEqual({ from: 0, next: 11 });
    view.dispatch({ selection: { anchor: 0 } });
    expect(view.state.field(stepField)).toBeNull();
    press("Enter", { shiftKey: true });
    view.dispatch({ changes: { from: 0, insert: "x" }, userEvent: "input.type" });
    expect(view.state.field(stepField)).toBeNull();
  });

  test("does not make a second empty line", () => {
    open("a\n", 1);
    press("Enter", { shiftKey: true });
    expect(view.state.doc.toString()).toBe("a\n");
    expect(cursorLine()).toBe(2);
  });
});

test("running all asks for no lines in particular", () => {
  open("a\nb", 1);
  press("Enter", { ctrlKey: true, shiftKey: true });
  expect(actions.run).toHaveBeenCalledExactlyOnceWith(null);
});

test("Shift+F9 stops", () => {
  open("a", 1);
  press("F9", { shiftKey: true, ctrlKey: false });
  expect(actions.stop).toHaveBeenCalledOnce();
});
