/**
 * The editor keeps a map of heights, from which the places of numbers and marks follow. Outputs change their heights by
 * themselves: a picture is decoded, a table arrives, a reader opens something. The editor is told before that is painted.
 */
import { type Extension, Facet } from "@codemirror/state";
import { type EditorView, ViewPlugin } from "@codemirror/view";

interface ViewState {
  mustMeasureContent: boolean;
  printing: boolean;
}

/** What the editor keeps to itself, of which it has no public way to change two facts. */
function stateOf(view: EditorView): ViewState {
  return (view as unknown as { viewState: ViewState }).viewState;
}

/** What else is to be measured whenever the editor has to measure its content. */
export const alsoMeasured = Facet.define<(view: EditorView) => void>();

/**
 * Have the editor measure its content and move what depends on it now, rather than in the next frame. Not to be called
 * from within an update.
 */
export function measureNow(view: EditorView): void {
  // By itself the editor looks only at the whole, which is at least as tall as the window, or may gain here what it loses
  // there. The flag is its own for what it knows that it has redrawn.
  stateOf(view).mustMeasureContent = true;
  view.requestMeasure();
  for (const request of view.state.facet(alsoMeasured)) request(view);
  // The public way to have a measure done that was requested.
  view.lineBlockAtHeight(0);
}

/** Draw all of the text rather than what is near the window; it does so itself, but only for half a second. */
export function drawWhole(view: EditorView, isWhole: boolean): void {
  stateOf(view).printing = isWhole;
  measureNow(view);
}

/** The same once what is going on has come to its end; still before anything is painted. */
export function measureSoon(view: EditorView): void {
  queueMicrotask(() => measureNow(view));
}

/** One observer for all outputs: what changes in one frame is measured once. */
const plugin = ViewPlugin.fromClass(
  class {
    readonly #listeners = new Map<Element, () => void>();
    readonly #sizes: ResizeObserver;

    constructor(view: EditorView) {
      this.#sizes = new ResizeObserver((entries) => {
        for (const { target } of entries) this.#listeners.get(target)?.();
        measureNow(view);
      });
    }

    observe(dom: Element, resized: () => void): () => void {
      this.#listeners.set(dom, resized);
      this.#sizes.observe(dom);
      return () => {
        this.#listeners.delete(dom);
        this.#sizes.unobserve(dom);
      };
    }

    destroy(): void {
      this.#sizes.disconnect();
    }
  },
);

/** Call *resized* whenever *dom*, an output in the text of *view*, has another size, until what is returned is called. */
export function onResize(view: EditorView, dom: Element, resized: () => void): () => void {
  return view.plugin(plugin)?.observe(dom, resized) ?? (() => undefined);
}

/** The extension. */
export function outputSizes(): Extension {
  return plugin;
}
