/** What CodeMirror itself can do with the text: for the palette, and for the sheet of shortcuts. */
import {
  copyLineDown,
  copyLineUp,
  deleteLine,
  indentLess,
  indentMore,
  indentSelection,
  moveLineDown,
  moveLineUp,
  redo,
  selectAll,
  selectLine,
  toggleComment,
  undo,
} from "@codemirror/commands";
import { foldAll, foldCode, unfoldAll, unfoldCode } from "@codemirror/language";
import type { EditorView } from "@codemirror/view";
import type { Command } from "../ui/commands";
import { isMac } from "../ui/keys";
import { GROW, JOIN, SHRINK } from "./editing-keys";
import { find } from "./find/find";
import { joinLines } from "./writing/join-lines";
import { selectLess, selectMore } from "./writing/syntax-selection";

/** A command of the editor: title, key, what else it is looked for by, what it does. */
type Entry = readonly [string, string | null, string, ((view: EditorView) => unknown) | null];

const ENTRIES: readonly Entry[] = [
  ["Find and replace", "Mod-f", "search substitute", (view) => find(view, "openSearchPanel")],
  ["Find next", "F3", "search again", (view) => find(view, "findNext")],
  ["Find previous", "Shift-F3", "search back", (view) => find(view, "findPrevious")],
  ["Go to line", "Mod-Alt-g", "goto jump number", (view) => find(view, "gotoLine")],
  ["Undo", "Mod-z", "back revert", undo],
  ["Redo", isMac ? "Mod-Shift-z" : "Mod-y", "again", redo],
  ["Comment or uncomment lines", "Mod-/", "toggle hash", toggleComment],
  [
    "Select the next occurrence as well",
    "Mod-d",
    "multiple cursors",
    (view) => find(view, "selectNextOccurrence"),
  ],
  [
    "Select every occurrence",
    "Mod-Shift-l",
    "multiple cursors all",
    (view) => find(view, "selectSelectionMatches"),
  ],
  ["Select all", "Mod-a", "everything", selectAll],
  ["Select the line", isMac ? "Ctrl-l" : "Alt-l", "row", selectLine],
  ["Expand the selection", GROW, "select what is around grow parent syntax", selectMore],
  ["Shrink the selection", SHRINK, "select less contract syntax", selectLess],
  ["Move the line up", "Alt-ArrowUp", "swap", moveLineUp],
  ["Move the line down", "Alt-ArrowDown", "swap", moveLineDown],
  ["Copy the line up", "Shift-Alt-ArrowUp", "duplicate", copyLineUp],
  ["Copy the line down", "Shift-Alt-ArrowDown", "duplicate", copyLineDown],
  ["Join the lines", JOIN, "merge unwrap one", joinLines],
  ["Delete the line", "Shift-Mod-k", "remove cut", deleteLine],
  ["Indent", "Tab", "right shift", indentMore],
  ["Outdent", "Shift-Tab", "unindent dedent left", indentLess],
  ["Indent the selection anew", null, "reindent format", indentSelection],
  ["Fold", null, "collapse hide", foldCode],
  ["Unfold", null, "expand show", unfoldCode],
  ["Fold all", null, "collapse hide", foldAll],
  ["Unfold all", null, "expand show", unfoldAll],
  ["Leave the text with the Tab key: press this first", "Escape", "", null],
];

/** The commands of the text that *view* shows; without one, what there is to know of their keys. */
export function editingCommands(view: EditorView | null): Command[] {
  return ENTRIES.map(([title, key, aliases, run]) => ({
    id: `editing ${title}`,
    group: "Editing",
    title,
    aliases,
    ...(key === null ? {} : { key }),
    ...(view && run ? { run: () => void run(view), refocus: () => refocus(view) } : {}),
  }));
}

/** What opens a panel of its own has the focus there. */
function refocus(view: EditorView): void {
  if (!document.activeElement?.closest(".cm-panel, .cm-panels")) view.focus();
}
