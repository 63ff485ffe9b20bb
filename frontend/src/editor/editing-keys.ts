import { defaultKeymap } from "@codemirror/commands";
import type { KeyBinding } from "@codemirror/view";
import { isMac } from "../ui/keys";
import { joinLines } from "./writing/join-lines";
import { selectLess, selectMore } from "./writing/syntax-selection";

export const GROW = isMac ? "Ctrl-Shift-ArrowRight" : "Shift-Alt-ArrowRight";
export const SHRINK = isMac ? "Ctrl-Shift-ArrowLeft" : "Shift-Alt-ArrowLeft";
export const JOIN = isMac ? "Ctrl-j" : "Alt-j";

/** The keys of what is rdit's own; they come before CodeMirror's, which has some of them for other things. */
export const editingKeys: readonly KeyBinding[] = [
  { key: GROW, run: selectMore, preventDefault: true },
  { key: "Mod-i", run: selectMore, preventDefault: true },
  { key: SHRINK, run: selectLess, preventDefault: true },
  { key: JOIN, run: joinLines, preventDefault: true },
];

/** CodeMirror's own keys, but for those by which the page goes back to where one was, and forward again. */
export const standardKeys: readonly KeyBinding[] = defaultKeymap.filter(
  ({ key }) => isMac || (key !== "Alt-ArrowLeft" && key !== "Alt-ArrowRight"),
);
