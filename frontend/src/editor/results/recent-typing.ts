import type { EditorView } from "@codemirror/view";

/** Within this time (milliseconds) after a change of the text somebody is still typing. */
const TYPING_MS = 2000;
const typed = new WeakMap<EditorView, number>();

/** Note that something was written in *view*. */
export function noteTyping(view: EditorView): void {
  typed.set(view, performance.now());
}

export function recentlyTyped(view: EditorView): boolean {
  return performance.now() - (typed.get(view) ?? Number.NEGATIVE_INFINITY) < TYPING_MS;
}
