import { pythonLanguage } from "@codemirror/lang-python";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Command, type CommandName, commands, keyLabel } from "../../src/panes/script-commands";

const actions = { run: vi.fn(), stop: vi.fn(), reset: vi.fn(), save: vi.fn() };
let all: Record<CommandName, Command>;
let view: EditorView;

beforeEach(() => {
  for (const action of Object.values(actions)) action.mockReset();
  all = commands(actions);
});
afterEach(() => view.destroy());

function open(doc: string, line: number): void {
  const state = EditorState.create({ doc, extensions: [pythonLanguage] });
  view = new EditorView({ state: state.update({ selection: { anchor: state.doc.line(line).from } }).state });
}

function cursorLine(): number {
  return view.state.doc.lineAt(view.state.selection.main.head).number;
}

describe("running the statement at the cursor", () => {
  test("asks for its lines", () => {
    open("a\nif b:\n    c\nd", 3);
    expect(all.runStatement.run(view)).toBe(true);
    expect(actions.run).toHaveBeenCalledExactlyOnceWith({ from: 2, to: 3 });
    expect(cursorLine()).toBe(3);
  });

  test("does nothing in an empty script, and the key is still ours", () => {
    open("", 1);
    expect(all.runStatement.run(view)).toBe(true);
    expect(actions.run).not.toHaveBeenCalled();
  });
});

describe("running and moving on", () => {
  test("puts the cursor into the next statement", () => {
    open("a\n\n# about b\nb\nc", 1);
    all.runAndMoveOn.run(view);
    expect(actions.run).toHaveBeenCalledExactlyOnceWith({ from: 1, to: 1 });
    expect(cursorLine()).toBe(4);
  });

  test("after the last statement makes a line to go on writing", () => {
    open("a", 1);
    all.runAndMoveOn.run(view);
    expect(view.state.doc.toString()).toBe("a\n");
    expect(cursorLine()).toBe(2);
  });

  test("does not make a second empty line", () => {
    open("a\n", 1);
    all.runAndMoveOn.run(view);
    expect(view.state.doc.toString()).toBe("a\n");
    expect(cursorLine()).toBe(2);
  });
});

test("running all asks for no lines in particular", () => {
  open("a\nb", 1);
  all.runAll.run(view);
  expect(actions.run).toHaveBeenCalledExactlyOnceWith(null);
});

test("no two commands have the same key", () => {
  open("", 1);
  const keys = Object.values(all).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

test.each([
  ["Mod-Enter", "Ctrl+Enter", "⌘↩"],
  ["Shift-Enter", "Shift+Enter", "⇧↩"],
  ["Mod-Shift-Enter", "Ctrl+Shift+Enter", "⇧⌘↩"],
  ["Mod-s", "Ctrl+S", "⌘S"],
  ["Mod-.", "Ctrl+.", "⌘."],
])("the key %s is written %s, on a Mac %s", (key, label, macLabel) => {
  open("", 1);
  expect([keyLabel(key, false), keyLabel(key, true)]).toEqual([label, macLabel]);
});
