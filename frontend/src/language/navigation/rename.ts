/** Renaming: what a new name changes, in every file. */
import type { TextEdit, WorkspaceEdit } from "vscode-languageserver-types";
import { offsetsIn } from "../changes/changed-lines";
import { type FileChange, fileChanges, Refusal } from "../changes/file-changes";
import type { LanguageClient } from "../client/language-client";
import type { LanguageParts } from "../client/language-parts";
import { editsByFile } from "../protocol/edits";
import { positionAt } from "../protocol/positions";

/** What *newName* for the name at *offset*, which is *oldName* now, changes: of the script itself first. */
export async function changesOfRename(
  client: LanguageClient,
  parts: LanguageParts,
  offset: number,
  oldName: string,
  newName: string,
  signal: AbortSignal,
): Promise<FileChange[]> {
  const position = positionAt(client.view.state.doc, offset);
  const method = "textDocument/rename";
  const edit = await client.request<WorkspaceEdit | null>(method, { position, newName }, signal);
  const byFile = edit && editsByFile(edit);
  if (!byFile || byFile.size === 0) throw new Refusal(`${oldName} cannot be renamed from here.`);
  const changes = await fileChanges(client, parts, byFile);
  for (const { label, file, edits } of changes) {
    if (!replacesOnly(file.content, edits, oldName))
      throw new Refusal(`${label} is not as the language servers know it. Save it, and try again.`);
  }
  return changes;
}

/** Whether each of *edits* takes the place of *name*: a text that is another one than the servers know would be spoilt. */
export function replacesOnly(content: string, edits: readonly TextEdit[], name: string): boolean {
  const offset = offsetsIn(content);
  return edits.every(({ range }) => content.slice(offset(range.start), offset(range.end)) === name);
}

const KEYWORDS = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from " +
    "global if import in is lambda nonlocal not or pass raise return try while with yield"
  ).split(" "),
);

/** Why *name* can be no name in Python; null when it can. */
export function nameProblem(name: string): string | null {
  if (name === "") return "A name is needed.";
  if (KEYWORDS.has(name)) return `${name} is a keyword.`;
  // Python's own rule (PEP 3131), before it normalises the name.
  if (!/^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(name)) return `${name} is no name that Python allows.`;
  return null;
}
