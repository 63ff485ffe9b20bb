import type { ChangeSet, Text } from "@codemirror/state";
import type { LineRange } from "../backend/types";
import type { PaneSettings } from "./pane-settings";

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
