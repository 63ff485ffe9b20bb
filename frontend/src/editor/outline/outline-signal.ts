/** The outline of an editor as a signal, kept up while somebody looks at it. */
import { StateEffect } from "@codemirror/state";
import { EditorView, type ViewUpdate } from "@codemirror/view";
import { type Signal, signal } from "@preact/signals";
import { whenIdle } from "../../ui/when-idle";
import { resultsField } from "../results/results-field";
import { type OutlineEntry, outlineOf, readOn } from "./outline";

export interface OutlineView {
  readonly entries: Signal<readonly OutlineEntry[]>;
  /** The line of the cursor, from 1. */
  readonly line: Signal<number>;
  end(): void;
}

/** Whether something has changed that the outline shows. */
export function changesOutline({ docChanged, startState, state }: ViewUpdate): boolean {
  return docChanged || startState.field(resultsField, false) !== state.field(resultsField, false);
}

/** Follow the outline of *view* until `end` is called. */
export function watchOutline(view: EditorView): OutlineView {
  const lineOf = () => view.state.doc.lineAt(view.state.selection.main.head).number;
  const entries = signal<readonly OutlineEntry[]>(outlineOf(view.state));
  const line = signal(lineOf());
  let ended = false;
  let scheduled = false;
  const renew = () => {
    scheduled = false;
    if (ended) return;
    if (!readOn(view.state)) whenIdle(renew);
    else entries.value = outlineOf(view.state);
  };
  const listener = EditorView.updateListener.of((update) => {
    if (ended) return;
    line.value = lineOf();
    // While results stream in, once for each picture that is drawn.
    if (!changesOutline(update) || scheduled) return;
    scheduled = true;
    requestAnimationFrame(renew);
  });
  renew();
  view.dispatch({ effects: StateEffect.appendConfig.of(listener) });
  return {
    entries,
    line,
    end: () => {
      ended = true;
    },
  };
}
