import { Compartment, type Extension, type StateEffect } from "@codemirror/state";
import { EditorView, ViewPlugin } from "@codemirror/view";
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { onPrint } from "../output/rendering/printing";
import type { Drawing, LateDrawing } from "./late-drawing";
import type { Layout } from "./results/layout";
import { drawWhole } from "./results/output-sizes";
import { runningInSight } from "./sight/running-in-sight";
import type { KeySettings } from "./vim-mode";

/** What a person has chosen about editors. */
export interface EditorSettings extends KeySettings {
  readonly layout: Layout;
  /** Whether the statement that runs is kept in sight. */
  readonly keepInSight: boolean;
}

/** An editor that is less wide than this (in pixels) has no room for a second column. */
const MIN_COLUMN_WIDTH = 980;
/** Where lines of code are wrapped, because one cannot well scroll to their ends. */
const MAX_WRAPPED_WIDTH = 700;
/** From this on code has no more width than one reads well, and what is longer is wrapped. */
const MIN_WIDE_WIDTH = 1500;

/** What an editor has because of the *settings*: it gets the extension, and is then attached. */
export function configuration(
  settings: ReadonlySignal<EditorSettings>,
  drawing: Pick<LateDrawing, "loaded" | "wanted">,
): {
  extension: Extension;
  attach(view: EditorView): void;
} {
  const place = new Compartment();
  const width = signal(window.innerWidth);
  const endings: (() => void)[] = [];
  const ending = ViewPlugin.define(() => ({
    destroy() {
      for (const end of endings) end();
    },
  }));
  const printing = signal(false);
  let shown = extensionsOf(settings.peek(), width.peek(), printing.peek(), drawing.loaded.peek());
  return {
    extension: [place.of(shown.extension), ending],
    attach(view) {
      const sizes = new ResizeObserver(() => {
        // What is hidden has no width, and keeps its looks.
        if (view.dom.clientWidth > 0) width.value = view.dom.clientWidth;
      });
      sizes.observe(view.dom);
      let beforePrint: StateEffect<unknown> | null = null;
      const stop = effect(() => {
        if (settings.value.layout === "beside" && !drawing.loaded.value) drawing.wanted(view);
        const next = extensionsOf(settings.value, width.value, printing.value, drawing.loaded.value);
        if (next.key === shown.key) return;
        shown = next;
        // The lines that one sees stay where they are; printing scrolls on its own account.
        const seen = beforePrint ?? view.scrollSnapshot();
        view.dispatch({ effects: [seen, place.reconfigure(next.extension)] });
      });
      const stopPrinting = onPrint((isPrinting) => {
        if (isPrinting) beforePrint = view.scrollSnapshot();
        printing.value = isPrinting;
        drawWhole(view, isPrinting);
        if (!isPrinting) beforePrint = null;
      });
      endings.push(stop, () => sizes.disconnect(), stopPrinting);
    },
  };
}

function extensionsOf(
  { layout, keepInSight }: EditorSettings,
  width: number,
  printing: boolean,
  drawing: Drawing | null,
): { key: string; extension: Extension } {
  // Paper is narrow, and nobody scrolls it.
  const column = layout === "beside" && width >= MIN_COLUMN_WIDTH && !printing && drawing;
  const isBeside = Boolean(column);
  const isWide = width >= MIN_WIDE_WIDTH && !printing;
  const wraps = isBeside || isWide || width <= MAX_WRAPPED_WIDTH || printing;
  return {
    key: `${isBeside} ${isWide} ${wraps} ${keepInSight}`,
    extension: [
      column ? column.outputColumn() : [],
      isWide ? EditorView.editorAttributes.of({ class: "rdit-wide" }) : [],
      wraps ? EditorView.lineWrapping : [],
      keepInSight ? runningInSight() : [],
    ],
  };
}
