import { type ChangeSet, StateEffect, StateField, type Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

/** The text that was sent to run, and all that was typed since: its lines can be found in the present text. */
interface Flight {
  readonly doc: Text;
  readonly changes: ChangeSet | null;
}

const takeOff = StateEffect.define<{ key: object; doc: Text }>();
const land = StateEffect.define<object>();

/**
 * Texts that were sent to run and whose plan has not come back.
 *
 * The plan names lines of the text that was sent; until it arrives people go on typing.
 */
export const flights = StateField.define<ReadonlyMap<object, Flight>>({
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
      if (effect.is(takeOff))
        next = new Map(next).set(effect.value.key, { doc: effect.value.doc, changes: null });
      else if (effect.is(land)) next = new Map([...next].filter(([key]) => key !== effect.value));
    }
    return next;
  },
});

/** Remember the present text under *key*. */
export function remember(view: EditorView, key: object): Text {
  const { doc } = view.state;
  view.dispatch({ effects: takeOff.of({ key, doc }) });
  return doc;
}

/** Forget what was remembered under *key*. */
export function forget(view: EditorView, key: object): void {
  if (view.state.field(flights).has(key)) view.dispatch({ effects: land.of(key) });
}

/** Where lines of the remembered text are now; null when nothing is remembered under *key*. */
export function linesNow(
  view: EditorView,
  key: object,
): ((lineStart: number, lineEnd: number) => { from: number; to: number }) | null {
  const flight = view.state.field(flights).get(key);
  if (!flight) return null;
  return (lineStart, lineEnd) => rangeOf(flight.doc, flight.changes, lineStart, lineEnd);
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
