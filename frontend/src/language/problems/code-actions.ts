/** What the language servers can do about the text: fixes of problems, of all of them, the order of imports. */
import type { EditorView } from "@codemirror/view";
import type { CodeAction, Diagnostic, Range, TextEdit } from "vscode-languageserver-types";
import { offerChanges } from "../changes/changes-dialog";
import { fileChanges, Refusal } from "../changes/file-changes";
import { say } from "../client/attempt";
import type { LanguageClient } from "../client/language-client";
import type { LanguageParts } from "../client/language-parts";
import { changesOf, editsByFile } from "../protocol/edits";
import { rangeOf } from "../protocol/positions";
import { problemsAt } from "./problems-field";

/** What can be done from *from* to *to*, what is likely meant first. */
export async function actionsAt(
  client: LanguageClient,
  from: number,
  to: number,
): Promise<readonly CodeAction[]> {
  const { state } = client.view;
  const diagnostics = problemsAt(state, from, to).map(({ diagnostic }) => diagnostic);
  return sortedActions(await ask(client, rangeOf(state.doc, from, to), diagnostics));
}

/** What can be done with the whole text of one *kind*. */
export async function actionsOfKind(client: LanguageClient, kind: string): Promise<readonly CodeAction[]> {
  const { doc } = client.view.state;
  return ask(client, rangeOf(doc, 0, doc.length), [], [kind]);
}

async function ask(
  client: LanguageClient,
  range: Range,
  diagnostics: readonly Diagnostic[],
  only?: readonly string[],
): Promise<readonly CodeAction[]> {
  const context = { diagnostics, ...(only ? { only } : {}), triggerKind: 1 };
  const method = "textDocument/codeAction";
  return (await client.request<readonly CodeAction[] | null>(method, { range, context })) ?? [];
}

/** Fixes first, then what hides a problem, then what concerns the whole text; each once. */
export function sortedActions(actions: readonly CodeAction[]): CodeAction[] {
  const order = ({ kind = "", isPreferred, title }: CodeAction) => {
    if (kind.startsWith("source")) return 3;
    if (/^ignore |\bdisable for this line\b/i.test(title)) return 2;
    return isPreferred ? 0 : 1;
  };
  const seen = new Set<string>();
  return actions
    .filter(({ title, disabled }) => !disabled && !seen.has(title) && Boolean(seen.add(title)))
    .map((action) => ({ action, place: order(action) }))
    .sort((one, other) => one.place - other.place)
    .map(({ action }) => action);
}

/**
 * Do *action*, which was offered for the text *doc*, and say why not; what changes other files is shown before. Returns
 * whether there was anything to do.
 */
export async function perform(
  action: CodeAction,
  client: LanguageClient,
  parts: LanguageParts,
  doc: EditorView["state"]["doc"],
): Promise<boolean> {
  const { view } = client;
  const whole = action.edit ? action : await client.request<CodeAction>("codeAction/resolve", action);
  const byFile = editsByFile(whole.edit ?? {});
  if (view.state.doc !== doc) {
    say(parts, "The text has changed meanwhile. Ask again for what can be done.");
    return true;
  }
  if (!byFile) {
    say(parts, "This would create, rename or delete files, and is not done from here.");
    return true;
  }
  if ([...byFile.keys()].some((uri) => uri !== client.uri)) {
    await offerToChange(action.title, client, parts, byFile);
    return true;
  }
  const changes = changesOf(doc, byFile.get(client.uri ?? "") ?? []);
  if (changes.empty) return false;
  view.dispatch({ changes, userEvent: "fix" });
  return true;
}

async function offerToChange(
  title: string,
  client: LanguageClient,
  parts: LanguageParts,
  byFile: ReadonlyMap<string, readonly TextEdit[]>,
): Promise<void> {
  try {
    offerChanges(client, parts, title, await fileChanges(client, parts, byFile), "fix");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(parts, error.message);
  }
}
