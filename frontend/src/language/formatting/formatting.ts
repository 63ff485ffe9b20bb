/** The text as ruff formats it, with what stands at statements left where it is. */
import { indentUnit } from "@codemirror/language";
import type { ChangeSet } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { TextEdit } from "vscode-languageserver-types";
import { attempt } from "../client/attempt";
import { type LanguageClient, NoAnswer } from "../client/language-client";
import type { LanguageParts } from "../client/language-parts";
import { changesOf } from "../protocol/edits";
import { rangeOf } from "../protocol/positions";
import { formatChanges } from "./format-changes";

/** A save waits no longer than this (milliseconds) for its text to be formatted. */
const SAVE_MS = 2000;

/** Format the selection, or the whole text where nothing is selected. */
export function format(view: EditorView, parts: LanguageParts): void {
  attempt(view, parts, async (client) => {
    const { main } = view.state.selection;
    const range = main.empty ? {} : { range: rangeOf(view.state.doc, main.from, main.to) };
    const isChanged = await formatted(view, client, range);
    parts.announce(isChanged ? "Formatted" : "There is nothing to format");
  });
}

/** Format the whole text before it is saved. What cannot be formatted in time is saved as it is. */
export async function formatToSave(view: EditorView, client: LanguageClient): Promise<void> {
  try {
    await formatted(view, client, {}, AbortSignal.timeout(SAVE_MS));
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
  }
}

async function formatted(
  view: EditorView,
  client: LanguageClient,
  range: object,
  signal?: AbortSignal,
): Promise<boolean> {
  const { doc } = view.state;
  const unit = view.state.facet(indentUnit);
  const options = { tabSize: unit === "\t" ? 4 : unit.length, insertSpaces: unit !== "\t" };
  const method = "range" in range ? "textDocument/rangeFormatting" : "textDocument/formatting";
  const edits = await client.current<readonly TextEdit[]>(method, { ...range, options }, signal);
  if (!edits || edits.length === 0) return false;
  const after = changesOf(doc, edits).apply(doc);
  const changes: ChangeSet = formatChanges(doc, after);
  if (changes.empty) return false;
  view.dispatch({ changes, userEvent: "format" });
  return true;
}
