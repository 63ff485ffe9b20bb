/** Renaming: what it changes is asked for and shown before, and done in all files or in none. */
import type { ChangeSet, Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { TextEdit, WorkspaceEdit } from "vscode-languageserver-types";
import { changesBetween } from "../../editor/line-diff";
import type { LanguageClient } from "../client/language-client";
import type { FileText } from "../client/language-files";
import type { LanguageParts } from "../client/language-parts";
import { changesOf, editsByFile } from "../protocol/edits";
import { positionAt } from "../protocol/positions";
import { labelOf, workspacePath } from "./places";
import { type ChangedLine, changedLines, edited, replacesOnly } from "./rename-changes";

/** What a rename changes in one file. */
export interface FileChange {
  readonly label: string;
  /** Null for the script itself. */
  readonly path: string | null;
  readonly file: FileText;
  readonly edits: readonly TextEdit[];
  readonly lines: readonly ChangedLine[];
}

/** Why a rename is not done, in words for a person. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

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
  const own = client.uri;
  const uris = [...byFile.keys()].sort(
    (one, other) => Number(other === own) - Number(one === own) || one.localeCompare(other),
  );
  return Promise.all(
    uris.map(async (uri) => {
      const edits = byFile.get(uri) ?? [];
      const change = await changeIn(client, parts, uri, edits);
      const { label, file } = change;
      if (!file.isKnown)
        throw new Refusal(
          `${label} has unsaved text that the language servers do not know yet. Save it first.`,
        );
      if (!replacesOnly(file.content, edits, oldName))
        throw new Refusal(`${label} is not as the language servers know it. Save it, and try again.`);
      return change;
    }),
  );
}

async function changeIn(
  client: LanguageClient,
  { files, source }: LanguageParts,
  uri: string,
  edits: readonly TextEdit[],
): Promise<FileChange> {
  const rootUri = client.opened.peek()?.rootUri ?? "";
  const label = labelOf(rootUri, uri);
  if (uri === client.uri) {
    const content = client.view.state.doc.toString();
    const file = { content, editor: client.view, version: null, isKnown: true };
    return { label, path: null, file, edits, lines: changedLines(content, edits) };
  }
  const path = workspacePath(rootUri, uri, source.peek().environment);
  if (path === null) throw new Refusal(`It is used in ${label}, which is not of this workspace.`);
  const file = await files.read(path);
  return { label, path, file, edits, lines: changedLines(file.content, edits) };
}

/** Do *changes*: first what is saved at once, in all of these files or in none, then what stands in an editor. */
export async function applyRename(changes: readonly FileChange[], parts: LanguageParts): Promise<void> {
  const inEditors: { readonly editor: EditorView; readonly doc: Text; readonly edits: ChangeSet }[] = [];
  for (const { file, label, edits } of changes) {
    const { editor } = file;
    if (!editor) continue;
    const { doc } = editor.state;
    if (doc.toString() !== file.content)
      throw new Refusal(`${label} has changed meanwhile. Nothing was renamed.`);
    inEditors.push({ editor, doc, edits: changesOf(doc, edits) });
  }
  const written: { readonly change: FileChange; readonly version: string }[] = [];
  for (const change of changes) {
    const { path, file, edits } = change;
    if (path === null || file.editor || file.version === null) continue;
    try {
      const version = await parts.files.write(path, edited(file.content, edits), file.version);
      written.push({ change, version });
    } catch (error) {
      await takeBack(written, parts);
      const why = error instanceof Error ? error.message : String(error);
      throw new Refusal(`${path} could not be saved, so nothing was renamed. ${why}`);
    }
  }
  for (const { editor, doc, edits } of inEditors) {
    // Others may have changed the text while files were saved.
    const meanwhile = changesBetween(doc, editor.state.doc);
    editor.dispatch({ changes: edits.map(meanwhile), userEvent: "rename" });
  }
}

/** Put back what was *written*, unless somebody else has changed it since. */
async function takeBack(
  written: readonly { readonly change: FileChange; readonly version: string }[],
  parts: LanguageParts,
): Promise<void> {
  const left: string[] = [];
  for (const { change, version } of written) {
    const path = change.path as string;
    try {
      await parts.files.write(path, change.file.content, version);
    } catch {
      left.push(path); // told below, with what else was to be put back
    }
  }
  if (left.length > 0)
    throw new Refusal(`The new name is in ${left.join(", ")} already, and could not be taken back there.`);
}
