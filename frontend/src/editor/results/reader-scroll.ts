import type { EditorView } from "@codemirror/view";

/** Keys by which a person scrolls. */
const SCROLLING = /^(?:Page|Arrow)(?:Up|Down)$|^(?:Home|End)$/;

/** Call *scrolled* whenever the person, rather than the page, scrolls the text of *view*, until *signal* aborts. */
export function onReaderScroll(view: EditorView, scrolled: () => void, signal: AbortSignal): void {
  const options = { signal, passive: true };
  view.scrollDOM.addEventListener("wheel", scrolled, options);
  view.scrollDOM.addEventListener("touchmove", scrolled, options);
  // The scroll bar belongs to what scrolls; everything else in it has an element of its own.
  view.scrollDOM.addEventListener(
    "pointerdown",
    ({ target }) => target === view.scrollDOM && scrolled(),
    options,
  );
  view.dom.addEventListener("keydown", ({ key }) => SCROLLING.test(key) && scrolled(), options);
}
