/** The statements of runs that wait for another run to end: they have no plan yet, and yet their turn comes. */
import { StateEffect, StateField } from "@codemirror/state";

interface Queued {
  readonly from: number;
  readonly to: number;
}

/** The statements that wait now, in order. */
export const setQueued = StateEffect.define<readonly Queued[]>({
  map: (queued, changes) => mapped(queued, changes),
});

function mapped(queued: readonly Queued[], changes: { mapPos(position: number, side: number): number }) {
  return queued.map(({ from, to }) => ({ from: changes.mapPos(from, 1), to: changes.mapPos(to, -1) }));
}

/** The extension and what it holds. */
export const queuedField = StateField.define<readonly Queued[]>({
  create: () => [],
  update(queued, { docChanged, changes, effects }) {
    let next = docChanged && queued.length > 0 ? mapped(queued, changes) : queued;
    for (const effect of effects) if (effect.is(setQueued)) next = effect.value;
    return next;
  },
});
