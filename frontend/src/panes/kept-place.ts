import type { EditorView } from "@codemirror/view";
import { goToPlace, placeIn, type ReadingPlace } from "../editor/reading-place";

/** Be where the person left the text of *view* before a reload, and keep where they leave it, under *key*, until *signal*. */
export function keepPlace(view: EditorView, key: () => string, signal: AbortSignal): void {
  const storage = window.sessionStorage;
  const kept = storage.getItem(key());
  if (kept !== null) goToPlace(view, JSON.parse(kept) as ReadingPlace);
  const keep = () => {
    // What is not laid out is in no place.
    if (view.scrollDOM.clientHeight > 0) storage.setItem(key(), JSON.stringify(placeIn(view)));
  };
  window.addEventListener("pagehide", keep, { signal });
}
