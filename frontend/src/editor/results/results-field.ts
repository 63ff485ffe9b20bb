import { invertedEffects } from "@codemirror/commands";
import {
  type EditorState,
  type Extension,
  StateEffect,
  StateField,
  type Transaction,
} from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { StatementEvent } from "../../session/results";
import { aged } from "./age";
import { measureSoon, outputSizes } from "./output-sizes";
import {
  type ChangedFile,
  cleared,
  type EndedRun,
  ended,
  mapped,
  moved,
  outdated,
  type PlacedResult,
  type Plan,
  type PlannedResult,
  planned,
  reset,
  returned,
  settled,
  sorted,
  updated,
} from "./placed-results";
import { Results } from "./results";

/** All results anew: a page was opened, or fell behind. */
export const setResults = StateEffect.define<readonly PlannedResult[]>({
  map: (results, changes) => results.map((result) => moved(result, changes)),
});
/** A run begins: its statements wait, and what they showed before is on its way out. */
export const planResults = StateEffect.define<Plan>({
  map: (plan, changes) => ({
    ...plan,
    statements: plan.statements.map((result) => moved(result, changes)),
    kept: (plan.kept ?? []).map((one) => moved(one, changes)),
  }),
});
/** What happened to statements, in order; *now* is the page's clock. */
export const updateResults = StateEffect.define<{ events: readonly StatementEvent[]; now: number }>();
/** A file changed that statements had imported or read. */
export const fileChanged = StateEffect.define<ChangedFile>();
/** A run is over: what it did not reach is as before. */
export const endRun = StateEffect.define<EndedRun>();
/** The kernel was reset: what is shown is from before. */
export const resetResults = StateEffect.define<null>();
/** The results are put away, but for those of a run under way. */
export const clearResults = StateEffect.define<null>();
/** Results come back: with the text that an undo brings back, or because the person wants to see them again. */
const restoreResults = StateEffect.define<readonly PlacedResult[]>({
  map: (results, changes) => results.map((result) => moved(result, changes)),
});

/** The results of the script as state of the editor; positions move with the text. */
export const resultsField: StateField<Results> = StateField.define<Results>({
  create: () => new Results([]),
  update(results, transaction) {
    let placed = results.placed;
    if (transaction.docChanged) placed = mapped(placed, transaction.changes, transaction.newDoc);
    for (const effect of transaction.effects) {
      if (effect.is(setResults)) placed = effect.value.map((one) => settled(one, transaction.newDoc));
      else if (effect.is(planResults)) placed = planned(placed, effect.value, transaction.newDoc);
      else if (effect.is(updateResults)) placed = updated(placed, effect.value.events, effect.value.now);
      else if (effect.is(fileChanged)) placed = outdated(placed, effect.value);
      else if (effect.is(endRun)) placed = ended(placed, effect.value);
      else if (effect.is(resetResults)) placed = reset(placed);
      else if (effect.is(clearResults)) placed = cleared(placed);
      else if (effect.is(restoreResults)) placed = returned(placed, effect.value, transaction.newDoc);
    }
    return placed === results.placed ? results : new Results(aged(sorted(placed), transaction.newDoc));
  },
});

/** The results that were cleared, or from before a reset and taken away by the last run; they can be brought back. */
export const setAside: StateField<readonly PlacedResult[]> = StateField.define<readonly PlacedResult[]>({
  create: () => [],
  update(aside, transaction) {
    let next = transaction.docChanged ? mapped(aside, transaction.changes, transaction.newDoc) : aside;
    for (const effect of transaction.effects) {
      if (effect.is(planResults) || effect.is(setResults)) {
        // The next run, whosever it is, ends the time in which anything older comes back.
        const past = resultsOf(transaction.startState).filter(({ result }) => result.beforeReset);
        if (past.length > 0) next = mapped(past, transaction.changes, transaction.newDoc);
        else if (next.length > 0) next = [];
      } else if (effect.is(clearResults)) {
        const all = resultsOf(transaction.startState);
        const kept = new Set(cleared(all).map(({ result }) => result.id));
        const gone = all.filter(({ result }) => !kept.has(result.id));
        if (gone.length > 0) next = mapped(gone, transaction.changes, transaction.newDoc);
      } else if (effect.is(restoreResults) || effect.is(resetResults)) next = [];
    }
    return next;
  },
});

/** Show the results that were set aside again, where nothing newer stands. */
export function bringBack(view: EditorView): void {
  view.dispatch({ effects: restoreResults.of(view.state.field(setAside)) });
}

/**
 * Events come within a frame, when what the editor would measure by itself is measured too late for it. What is typed
 * comes between frames.
 */
const measuredAtOnce = EditorView.updateListener.of(({ view, startState, state, docChanged }) => {
  if (docChanged || startState.field(resultsField) === state.field(resultsField)) return;
  measureSoon(view);
});

/** Results as part of an editor: the field, and undo that brings back what a deletion took. */
export function results(): Extension {
  return [
    resultsField,
    setAside,
    measuredAtOnce,
    outputSizes(),
    invertedEffects.of((transaction) => {
      if (!transaction.docChanged) return [];
      const lost = lostIn(transaction);
      return lost.length > 0 ? [restoreResults.of(lost)] : [];
    }),
  ];
}

function lostIn(transaction: Transaction): readonly PlacedResult[] {
  const kept = new Set(transaction.state.field(resultsField).placed.map(({ result }) => result.id));
  return transaction.startState.field(resultsField).placed.filter(({ result }) => !kept.has(result.id));
}

/** The results of *state*. */
export function resultsOf(state: EditorState): readonly PlacedResult[] {
  return state.field(resultsField).placed;
}
