import { type ChangeSet, StateEffect, StateField, type Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

/** The text that was sent to run, and all that was typed since: its lines can be found in the present text. */
interface SentDocument {
  readonly doc: Text;
  readonly changes: ChangeSet | null;
}

const remember = StateEffect.define<{ key: object; doc: Text; changes: ChangeSet | null }>();

/** So many texts are remembered: nobody looks for a line in an error of a run that long ago. */
const MAX_SENT = 8;

/**
 * The texts that were sent to run lately, newest last.
 *
 * Plans and errors name lines of the text that was sent; meanwhile people go on typing.
 */
export const sentDocuments = StateField.define<ReadonlyMap<object, SentDocument>>({
  create: () => new Map(),
  update(present, transaction) {
    let next = present;
    if (transaction.docChanged && present.size > 0) {
      next = new Map(
        [...present].map(([key, { doc, changes }]) => [
          key,
          { doc, changes: changes ? changes.compose(transaction.changes) : transaction.changes },
        ]),
      );
    }
    for (const effect of transaction.effects) {
      if (!effect.is(remember)) continue;
      const { key, doc, changes } = effect.value;
      const others = [...next].filter(([other]) => other !== key);
      next = new Map([...others.slice(1 - MAX_SENT), [key, { doc, changes }]]);
    }
    return next;
  },
});

/** Remember the present text under *key*, or *doc*, which *changes* turn into the present text. */
export function rememberDocument(
  view: EditorView,
  key: object,
  doc = view.state.doc,
  changes: ChangeSet | null = null,
): void {
  view.dispatch({ effects: remember.of({ key, doc, changes }) });
}

/** Where lines of the remembered text are now; null when nothing is remembered under *key*. */
export function linesNow(
  view: EditorView,
  key: object,
): ((lineStart: number, lineEnd: number) => { from: number; to: number }) | null {
  const sent = view.state.field(sentDocuments).get(key);
  if (!sent) return null;
  return (lineStart, lineEnd) => rangeOf(sent.doc, sent.changes, lineStart, lineEnd);
}

/** Lines *lineStart* to *lineEnd* (from 1, both included) of *doc*, as positions after *changes*. */
export function rangeOf(
  doc: Text,
  changes: ChangeSet | null,
  lineStart: number,
  lineEnd: number,
): { from: number; to: number } {
  const from = doc.line(Math.min(lineStart, doc.lines)).from;
  const to = doc.line(Math.min(lineEnd, doc.lines)).to;
  if (!changes) return { from, to };
  const start = changes.mapPos(from, 1);
  const end = changes.mapPos(to, -1);
  return { from: Math.min(start, end), to: Math.max(start, end) };
}
