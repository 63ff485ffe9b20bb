import * as commands from "@codemirror/commands";
import * as search from "@codemirror/search";
import type { Command, KeyBinding } from "@codemirror/view";
import { describe, expect, test } from "vitest";
import { editingCommands } from "../../src/editor/editing-commands";
import { editingKeys } from "../../src/editor/editing-keys";
import { joinLines } from "../../src/editor/writing/join-lines";
import { selectLess, selectMore } from "../../src/editor/writing/syntax-selection";
import { isMac } from "../../src/ui/keys";

const EDITING = editingCommands(null).filter(({ key }) => key !== undefined);

/** What the help sheet promises, and CodeMirror's command for it; the rest is proved in a real browser. */
const PROMISES: Record<string, Command> = {
  "Find and replace": search.openSearchPanel,
  "Find next": search.findNext,
  "Go to line": search.gotoLine,
  Undo: commands.undo,
  Redo: commands.redo,
  "Comment or uncomment lines": commands.toggleComment,
  "Select the next occurrence as well": search.selectNextOccurrence,
  "Select every occurrence": search.selectSelectionMatches,
  "Select all": commands.selectAll,
  "Select the line": commands.selectLine,
  "Expand the selection": selectMore,
  "Shrink the selection": selectLess,
  "Join the lines": joinLines,
  "Move the line up": commands.moveLineUp,
  "Move the line down": commands.moveLineDown,
  "Copy the line up": commands.copyLineUp,
  "Copy the line down": commands.copyLineDown,
  "Delete the line": commands.deleteLine,
  Indent: commands.indentMore,
};
const ELSEWHERE = ["Leave the text with the Tab key: press this first"];
/** Keys that a keymap has together with Shift. */
const SHIFTED: Record<string, Command> = {
  "Find previous": search.findPrevious,
  Outdent: commands.indentLess,
};

/** The keymaps that the editors use. */
const KEYMAP: readonly KeyBinding[] = [
  ...editingKeys,
  ...search.searchKeymap,
  ...commands.defaultKeymap,
  ...commands.historyKeymap,
  commands.indentWithTab,
];

/** Modifiers in one order, as keymaps take them in any. */
const sorted = (key: string) => key.split("-").sort().join("-");

describe("the keys of the editor on the help sheet", () => {
  test("all of them are proved somewhere", () => {
    expect(EDITING.map(({ title }) => title).sort()).toEqual(
      [...Object.keys(PROMISES), ...Object.keys(SHIFTED), ...ELSEWHERE].sort(),
    );
  });

  test.each(EDITING.filter(({ title }) => title in PROMISES))("$title", ({ title, key }) => {
    const bound = KEYMAP.filter((binding) => {
      const own = (isMac ? binding.mac : binding.linux) ?? binding.key;
      return own !== undefined && sorted(own) === sorted(key ?? "");
    });
    expect(bound.map(({ run }) => run)).toContain(PROMISES[title]);
  });

  test.each(EDITING.filter(({ title }) => title in SHIFTED))("$title", ({ title, key }) => {
    const bound = KEYMAP.filter((binding) => `Shift-${binding.key}` === key);
    expect(bound.map(({ shift }) => shift)).toContain(SHIFTED[title]);
  });
});
