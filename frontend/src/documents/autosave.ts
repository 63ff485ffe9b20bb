import { effect, type ReadonlySignal } from "@preact/signals";
import type { TextDocument } from "./text-document";

/** What a person has chosen about saving. */
export interface AutosaveSettings {
  /** Whether text is saved by itself, a moment after it was typed. */
  readonly autosave: boolean;
}

/** Text is saved when nothing was typed for this time, in milliseconds. */
export const AUTOSAVE_DELAY_MS = 1000;

/**
 * Save *document* by itself where the settings say so. A text without a name, a file that went, and one of which the person
 * has to choose a version (*undecided*) wait for the person.
 */
export function autosave(
  document: TextDocument,
  settings: ReadonlySignal<AutosaveSettings>,
  undecided: ReadonlySignal<boolean>,
  save: () => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const dispose = effect(() => {
    clearTimeout(timer);
    void document.text.value; // each change begins the wait anew
    if (!settings.value.autosave || !document.unsaved.value || undecided.value) return;
    if (document.path.value === null || document.missing.value) return;
    timer = setTimeout(save, AUTOSAVE_DELAY_MS);
  });
  return () => {
    clearTimeout(timer);
    dispose();
  };
}
