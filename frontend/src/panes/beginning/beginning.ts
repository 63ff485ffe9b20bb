import type { EditorView } from "@codemirror/view";
import { effect } from "@preact/signals";
import type { TextDocument } from "../../documents/text-document";
import type { BeginningParts } from "./beginning-parts";

/** As long as a script is empty, show in *view* how one begins. It is loaded when the first empty script is. */
export function showBeginning(view: EditorView, document: TextDocument, parts: BeginningParts): void {
  const { text, path } = document;
  let dom: HTMLElement | null = null;
  effect(() => {
    if (text.value.length > 0) {
      dom?.remove();
      dom = null;
      return;
    }
    if (dom) return;
    const place = window.document.createElement("div");
    dom = place;
    place.className = "beginning";
    view.dom.append(place);
    import("./beginning-page").then(
      ({ renderBeginning }) => renderBeginning(place, view, path.peek(), parts),
      (error: unknown) => parts.report(error),
    );
  });
}
