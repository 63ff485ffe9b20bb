/** Edits as LSP has them, as changes of a text. */
import { ChangeSet, Text } from "@codemirror/state";
import type { TextEdit, WorkspaceEdit } from "vscode-languageserver-types";
import { changesBetween } from "../../editor/line-diff";
import { rangeIn } from "./positions";

/** What *edits* change in *doc*, and no more: lines that are the same before and after stay as they are. */
export function changesOf(doc: Text, edits: readonly TextEdit[]): ChangeSet {
  const changes = edits.flatMap(({ range, newText }) => {
    const { from, to } = rangeIn(doc, range);
    const parts: { from: number; to: number; insert: Text }[] = [];
    changesBetween(doc.slice(from, to), textIn(newText)).iterChanges(
      (start, end, _, __, insert) => parts.push({ from: from + start, to: from + end, insert }),
      true,
    );
    return parts;
  });
  return ChangeSet.of(changes, doc.length);
}

function textIn(words: string): Text {
  return Text.of(words.split(/\r\n?|\n/));
}

/** The edits of each file, by its URI; null where *edit* asks for more than edits of texts. */
export function editsByFile(edit: WorkspaceEdit): ReadonlyMap<string, readonly TextEdit[]> | null {
  const found = new Map<string, TextEdit[]>();
  const add = (uri: string, edits: readonly TextEdit[]) =>
    found.set(uri, [...(found.get(uri) ?? []), ...edits]);
  for (const [uri, edits] of Object.entries(edit.changes ?? {})) add(uri, edits);
  for (const change of edit.documentChanges ?? []) {
    if (!("textDocument" in change)) return null; // a file to be created, renamed or deleted
    const edits = change.edits.filter((one): one is TextEdit => "newText" in one);
    if (edits.length < change.edits.length) return null;
    add(change.textDocument.uri, edits);
  }
  return found;
}
