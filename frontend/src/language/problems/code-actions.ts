/** What the language servers can do about the text: fixes of problems, of all of them, the order of imports. */
import type { EditorView } from "@codemirror/view";
import type { CodeAction, Diagnostic, Range } from "vscode-languageserver-types";
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

/** Do *action* in *view*, whose text was *doc* when it was offered. */
export async function perform(
  action: CodeAction,
  client: LanguageClient,
  parts: LanguageParts,
  doc: EditorView["state"]["doc"],
): Promise<boolean> {
  const { view } = client;
  const whole = action.edit ? action : await client.request<CodeAction>("codeAction/resolve", action);
  const byFile = editsByFile(whole.edit ?? {});
  const edits = byFile?.get(client.uri ?? "");
  if (view.state.doc !== doc) {
    say(parts, "The text has changed meanwhile. Ask again for what can be done.");
    return false;
  }
  if (!byFile || byFile.size > (edits ? 1 : 0)) {
    say(parts, "This would change other files, and is not done from here.");
    return false;
  }
  const changes = changesOf(doc, edits ?? []);
  if (changes.empty) return false;
  view.dispatch({ changes, userEvent: "fix" });
  return true;
}
