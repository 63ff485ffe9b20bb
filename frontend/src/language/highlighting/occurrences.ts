/** The name at the cursor, wherever it means the same. */
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { DocumentHighlight } from "vscode-languageserver-types";
import type { LanguageClient } from "../client/language-client";
import { positionAt, rangeIn } from "../protocol/positions";

/** Who moves through the text need not see each name that they pass. */
const DELAY_MS = 200;
/** A place where the name is bound (LSP 3.17, `DocumentHighlightKind`). */
const WRITE = 3;

const read = Decoration.mark({ class: "rdit-occurrence" });
const written = Decoration.mark({ class: "rdit-occurrence rdit-occurrence-written" });
const setOccurrences = StateEffect.define<DecorationSet>();

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, { docChanged, effects }) {
    const given = effects.findLast((effect) => effect.is(setOccurrences));
    if (given) return given.value as DecorationSet;
    return docChanged ? Decoration.none : shown;
  },
  provide: (own) => EditorView.decorations.from(own),
});

export function occurrences(client: LanguageClient, report: (error: unknown) => void): Extension {
  const ask = async (view: EditorView, signal: AbortSignal) => {
    const { doc, selection } = view.state;
    const { main } = selection;
    const word = main.empty ? view.state.wordAt(main.head) : null;
    const position = positionAt(doc, main.head);
    const method = "textDocument/documentHighlight";
    const found = word
      ? await client.current<readonly DocumentHighlight[]>(method, { position }, signal)
      : null;
    if (signal.aborted) return;
    const marks = (found ?? []).map(({ range, kind }) => {
      const { from, to } = rangeIn(doc, range);
      return (kind === WRITE ? written : read).range(from, to);
    });
    const next = Decoration.set(
      marks.filter(({ from, to }) => from < to),
      true,
    );
    if (next.size > 0 || view.state.field(field).size > 0)
      view.dispatch({ effects: setOccurrences.of(next) });
  };
  const asking = ViewPlugin.define((view) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let request = new AbortController();
    return {
      update({ selectionSet, docChanged, state }: ViewUpdate) {
        if (!selectionSet && !docChanged) return;
        clearTimeout(timer);
        request.abort();
        // Within a name that is marked there is nothing new to ask.
        const { head, empty } = state.selection.main;
        let isMarked = false;
        state.field(field).between(head, head, () => {
          isMarked = true;
        });
        if (isMarked && empty) return;
        timer = setTimeout(() => {
          request = new AbortController();
          ask(view, request.signal).catch(report);
        }, DELAY_MS);
      },
      destroy() {
        clearTimeout(timer);
        request.abort();
      },
    };
  });
  return [field, asking];
}
