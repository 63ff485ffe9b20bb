import { Compartment, type Extension, Prec } from "@codemirror/state";
import { type EditorView, ViewPlugin } from "@codemirror/view";
import { effect, type ReadonlySignal } from "@preact/signals";
import { typedAhead } from "../ui/typed-ahead";

/** What a person has chosen about keys. */
export interface KeySettings {
  /** Whether the keys are those of Vim. */
  readonly vim: boolean;
}

/**
 * Vim's keys where the *settings* say so, loaded when they are first wanted. The extension goes before those with other
 * keys; then `attach` is called.
 */
export function vimMode(
  settings: ReadonlySignal<KeySettings>,
  save: () => void,
): { extension: Extension; attach(view: EditorView): void } {
  const place = new Compartment();
  let stop: (() => void) | null = null;
  const ending = ViewPlugin.define(() => ({
    destroy() {
      stop?.();
      stop = null;
    },
  }));
  return {
    extension: [Prec.highest(place.of([])), ending],
    attach(view) {
      let isOn = false;
      stop = effect(() => {
        const { vim } = settings.value;
        if (vim === isOn) return;
        isOn = vim;
        if (!vim) view.dispatch({ effects: place.reconfigure([]) });
        // What is pressed meanwhile is meant for them.
        else
          void typedAhead(
            import("./vim").then(({ vimKeys }) => {
              // Meanwhile the person may have thought better of it, or closed the editor.
              if (isOn && stop) view.dispatch({ effects: place.reconfigure(vimKeys(view, save)) });
            }),
          );
      });
    },
  };
}
