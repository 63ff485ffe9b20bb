import type { Extension } from "@codemirror/state";
import { type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { effect, type ReadonlySignal } from "@preact/signals";
import type { LanguageClient } from "./language-client";

/**
 * Calls *ask* at once, *delay* milliseconds after the last key, and when answers about the same text may have become
 * others, or *choice* has. The signal ends when what it asks for is out of date.
 */
export function afterRest(
  client: LanguageClient,
  delay: number,
  ask: (view: EditorView, signal: AbortSignal) => Promise<void>,
  report: (error: unknown) => void,
  choice?: ReadonlySignal<unknown>,
): Extension {
  return ViewPlugin.define((view) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking = new AbortController();
    const schedule = (after: number) => {
      clearTimeout(timer);
      asking.abort();
      timer = setTimeout(() => {
        asking = new AbortController();
        ask(view, asking.signal).catch(report);
      }, after);
    };
    const stop = effect(() => {
      client.generation.value;
      choice?.value;
      schedule(0);
    });
    return {
      update({ docChanged }: ViewUpdate) {
        if (docChanged) schedule(delay);
      },
      destroy() {
        stop();
        clearTimeout(timer);
        asking.abort();
      },
    };
  });
}
