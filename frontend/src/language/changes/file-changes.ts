/** Changes of several files: they are shown before, and done in all files or in none. */
import type { ChangeSet, Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { TextEdit } from "vscode-languageserver-types";
import { changesBetween } from "../../editor/line-diff";
import type { LanguageClient } from "../client/language-client";
import type { FileText } from "../client/language-files";
import type { LanguageParts } from "../client/language-parts";
import { changesOf } from "../protocol/edits";
import { labelOf, workspacePath } from "../protocol/uris";
import { type ChangedLine, changedLines, edited } from "./changed-lines";

/** What changes in one file. */
export interface FileChange {
  readonly label: string;
  /** Null for the script itself. */
  readonly path: string | null;
  readonly file: FileText;
  readonly edits: readonly TextEdit[];
  readonly lines: readonly ChangedLine[];
}

/** Why something is not changed, in words for a person. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** What the edits of each file change: of the script itself first. */
export async function fileChanges(
  client: LanguageClient,
  parts: LanguageParts,
  byFile: ReadonlyMap<string, readonly TextEdit[]>,
): Promise<FileChange[]> {
  const own = client.uri;
  const uris = [...byFile.keys()].sort(
    (one, other) => Number(other === own) - Number(one === own) || one.localeCompare(other),
  );
  const changes = await Promise.all(uris.map((uri) => changeIn(client, parts, uri, byFile.get(uri) ?? [])));
  for (const { label, file } of changes) {
    if (!file.isKnown)
      throw new Refusal(
        `${label} has unsaved text that the language servers do not know yet. Save it first.`,
      );
  }
  return changes;
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
  if (path === null) throw new Refusal(`${label} would change as well, which is not of this workspace.`);
  const file = await files.read(path);
  return { label, path, file, edits, lines: changedLines(file.content, edits) };
}

/** Do *changes*: first what is saved at once, in all of these files or in none, then what stands in an editor. */
export async function applyChanges(
  changes: readonly FileChange[],
  parts: LanguageParts,
  userEvent: string,
): Promise<void> {
  const inEditors: { readonly editor: EditorView; readonly doc: Text; readonly edits: ChangeSet }[] = [];
  for (const { file, label, edits } of changes) {
    const { editor } = file;
    if (!editor) continue;
    const { doc } = editor.state;
    if (doc.toString() !== file.content)
      throw new Refusal(`${label} has changed meanwhile. Nothing was done.`);
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
      throw new Refusal(`${path} could not be saved, so nothing was changed. ${why}`);
    }
  }
  for (const { editor, doc, edits } of inEditors) {
    // Others may have changed the text while files were saved.
    const meanwhile = changesBetween(doc, editor.state.doc);
    editor.dispatch({ changes: edits.map(meanwhile), userEvent });
  }
  tellSaved(changes, parts);
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
    throw new Refusal(`${left.join(", ")} has been changed already, and that could not be taken back.`);
}

/** Undo takes back what is in editors; what was saved elsewhere is said. */
function tellSaved(changes: readonly FileChange[], { notices }: LanguageParts): void {
  const saved = changes.filter(({ file }) => !file.editor).map(({ label }) => label);
  if (saved.length === 0) return;
  const text = `It is changed and saved in ${saved.join(", ")} as well. Undo here does not change it there.`;
  notices.say({ subject: "language", kind: "note", text });
}

/** `5 places in 2 files`. */
export function summary(changes: readonly FileChange[]): string {
  const places = changes.reduce((sum, { edits }) => sum + edits.length, 0);
  if (places === 0) return "";
  const files = changes.length === 1 ? "" : ` in ${changes.length} files`;
  return `${places} ${places === 1 ? "place" : "places"}${files}`;
}
