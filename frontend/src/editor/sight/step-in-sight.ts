/** After a step the output that it made and the statement after it stay in sight, until the person does something else. */
import { EditorSelection, type Extension, StateEffect, StateField } from "@codemirror/state";
import { EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { planResults } from "../results/results-field";
import { onReaderScroll } from "./reader-scroll";

/** From the statement that was stepped over to the start of the next one. */
export interface Step {
  readonly from: number;
  readonly next: number;
}

/** A step was made; positions are those after the transaction. */
export const stepped = StateEffect.define<Step>();
/** The person has turned to something else. */
const leaveStep = StateEffect.define<null>();

/** The step that is kept in sight. */
export const stepField = StateField.define<Step | null>({
  create: () => null,
  update(step, transaction) {
    let next = step;
    if (step && transaction.docChanged) {
      const { changes } = transaction;
      next = { from: changes.mapPos(step.from, -1), next: changes.mapPos(step.next, 1) };
    }
    if (transaction.selection || transaction.isUserEvent("input") || transaction.isUserEvent("delete"))
      next = null;
    for (const effect of transaction.effects) {
      if (effect.is(stepped)) next = effect.value;
      else if (effect.is(leaveStep) || (effect.is(planResults) && effect.value.whole)) next = null;
    }
    return next;
  },
});

/** So much of the visible height stays free above and below. */
const MARGIN = 0.15;
/** Keys that do nothing by themselves. */
const MODIFIER = /^(?:Shift|Control|Alt|Meta|AltGraph|CapsLock)$/;

const plugin = ViewPlugin.fromClass(
  class {
    readonly #ending = new AbortController();
    #scheduled = false;

    constructor(readonly view: EditorView) {
      const leave = () => {
        if (view.state.field(stepField)) view.dispatch({ effects: leaveStep.of(null) });
      };
      const { signal } = this.#ending;
      onReaderScroll(view, leave, signal);
      // Before the editor handles them: the key may be that of the next step.
      const first = { signal, passive: true, capture: true };
      view.dom.addEventListener("pointerdown", leave, first);
      view.dom.addEventListener("keydown", ({ key }) => MODIFIER.test(key) || leave(), first);
    }

    update(update: ViewUpdate): void {
      const step = update.state.field(stepField);
      if (!step || this.#scheduled) return;
      if (step === update.startState.field(stepField) && !update.geometryChanged) return;
      this.#scheduled = true;
      // Not from within an update, and still before anything is painted.
      queueMicrotask(() => {
        this.#scheduled = false;
        if (!this.#ending.signal.aborted) this.#keep();
      });
    }

    /** Where both do not fit, the next statement stays, and as much of the output's end as there is room for. */
    #keep(): void {
      const { view } = this;
      const step = view.state.field(stepField);
      if (!step) return;
      const yMargin = view.scrollDOM.clientHeight * MARGIN;
      const range = EditorSelection.range(step.from, step.next);
      view.dispatch({ effects: EditorView.scrollIntoView(range, { y: "nearest", yMargin }) });
    }

    destroy(): void {
      this.#ending.abort();
    }
  },
);

/** The extension. */
export function stepInSight(): Extension {
  return [stepField, plugin];
}
