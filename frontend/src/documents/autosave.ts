import { effect, type ReadonlySignal } from "@preact/signals";
import type { Settings } from "../app/settings";
import type { ScriptFile } from "./text-document";

/** Text is saved when nothing was typed for this time, in milliseconds. */
export const AUTOSAVE_PAUSE = 1000;

/**
 * Save *file* by itself where the settings say so. A text without a name, a file that went, and one of which the person
 * has to choose a version (*undecided*) wait for the person.
 */
export function autosave(
  file: ScriptFile,
  settings: ReadonlySignal<Settings>,
  undecided: ReadonlySignal<boolean>,
  save: () => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const dispose = effect(() => {
    clearTimeout(timer);
    void file.text.value; // each change begins the wait anew
    if (!settings.value.autosave || !file.unsaved.value || undecided.value) return;
    if (file.path.value === null || file.missing.value) return;
    timer = setTimeout(save, AUTOSAVE_PAUSE);
  });
  return () => {
    clearTimeout(timer);
    dispose();
  };
}
