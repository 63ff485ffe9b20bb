/** What folds besides blocks and brackets, which the grammar knows: imports and comments. */
import { foldService } from "@codemirror/language";
import { type ChangeDesc, type Extension, StateEffect, StateField, type Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { FoldingRange } from "vscode-languageserver-types";
import { foldsChanged } from "../../editor/fold-marks";
import type { LanguageClient } from "../client/language-client";

interface Fold {
  readonly from: number;
  readonly to: number;
}

/** What of *ranges* folds from the end of its first line to the end of its last. */
export function foldsIn(doc: Text, ranges: readonly FoldingRange[]): Fold[] {
  return ranges
    .filter(
      ({ kind, startLine, endLine }) => kind !== undefined && startLine < endLine && endLine < doc.lines,
    )
    .map(({ startLine, endLine }) => ({ from: doc.line(startLine + 1).to, to: doc.line(endLine + 1).to }));
}

function moved(folds: readonly Fold[], changes: ChangeDesc): readonly Fold[] {
  return folds
    .map(({ from, to }) => ({ from: changes.mapPos(from, -1), to: changes.mapPos(to, -1) }))
    .filter(({ from, to }) => from < to);
}

const setFolds = StateEffect.define<readonly Fold[]>();

const foldsField = StateField.define<readonly Fold[]>({
  create: () => [],
  update(folds, { docChanged, changes, effects }) {
    let next = docChanged ? moved(folds, changes) : folds;
    for (const effect of effects) if (effect.is(setFolds)) next = effect.value;
    return next;
  },
});

export const syntaxFolds: Extension = [
  foldsField,
  foldService.of((state, _, lineEnd) => state.field(foldsField).find(({ from }) => from === lineEnd) ?? null),
];

export async function pullFolds(
  client: LanguageClient,
  view: EditorView,
  signal: AbortSignal,
): Promise<void> {
  const ranges = await client.current<readonly FoldingRange[]>("textDocument/foldingRange", {}, signal);
  if (!ranges || signal.aborted) return;
  const folds = foldsIn(view.state.doc, ranges);
  if (!isSame(folds, view.state.field(foldsField)))
    view.dispatch({ effects: [setFolds.of(folds), foldsChanged.of(null)] });
}

function isSame(one: readonly Fold[], other: readonly Fold[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ from, to }, index) => from === other[index]?.from && to === other[index]?.to)
  );
}
