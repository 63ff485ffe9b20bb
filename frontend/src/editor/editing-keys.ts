import type { Command } from "../ui/commands";
import { isMac } from "../ui/keys";

/** What CodeMirror's own keys do; `editing-keys.test.ts` compares them with CodeMirror's keymaps. */
export const EDITING: readonly Command[] = (
  [
    ["Find and replace", "Mod-f"],
    ["Undo", "Mod-z"],
    ["Redo", isMac ? "Mod-Shift-z" : "Mod-y"],
    ["Comment or uncomment lines", "Mod-/"],
    ["Select the next occurrence as well", "Mod-d"],
    ["Move the line up", "Alt-ArrowUp"],
    ["Move the line down", "Alt-ArrowDown"],
    ["Copy the line down", "Shift-Alt-ArrowDown"],
    ["Indent", "Tab"],
    ["Leave the text with the Tab key: press this first", "Escape"],
  ] as const
).map(([title, key]) => ({ id: `editing ${title}`, group: "Editing", title, key }));
