/** The interfaces of renderers: what they are given, what they make. */
import type { OutputItem } from "../../backend/types";

/** Remembers beyond the page what is being drawn, in case that freezes it. */
export interface Drawing {
  /** Whether a page froze, or was killed, while it drew *item*. */
  hasFrozen(item: OutputItem): boolean;
  /** *item* is about to be drawn. Call what is returned with what tells whether there is more to draw. */
  begin(item: OutputItem): (isDrawing: () => boolean) => void;
  /** A reader wants to see *item* all the same. */
  forgive(item: OutputItem): void;
}

/** What a rendering may ask of the page around it. */
export interface RenderContext {
  /** Show a line of the script (from 1; *column* from 0) and put the cursor there. */
  goToLine(line: number, column?: number): void;
  /** Whether *file*, as a traceback names it, is the script in the editor. */
  isScript(file: string): boolean;
  /** Say something to those who listen rather than look. */
  announce(text: string): void;
  /** The rendering changed its height. */
  resized(): void;
  /**
   * Ask the live object that a display calls *handle* for more of it. Rejects with an error that has a `status` when
   * the server refuses, 404 when the object is gone. Absent where nothing can be asked.
   */
  query?(handle: string, request: Record<string, unknown>): Promise<unknown>;
  /** The text of *item* with what was left out of it here. Rejects like `query`; absent where nothing can be asked. */
  wholeText?(item: OutputItem): Promise<string>;
  /** *item* with the data that were left out of it here, unless *signal* comes first. Rejects like `query`. */
  wholeItem?(item: OutputItem, signal: AbortSignal): Promise<OutputItem>;
  /** The image file at *path*, from the script's folder on. Rejects like `query`; absent where nothing can be asked. */
  picture?(path: string): Promise<Blob>;
  /** Open the file at *path*, from the script's folder on. Absent where nothing can be opened. */
  openFile?(path: string): void;
  /** Absent where nothing is remembered beyond the page. */
  readonly drawing?: Drawing;
}

/** One output item on the page. */
export interface RenderedItem {
  dom: HTMLElement;
  /** Show *item* from now on, the next state of the same item; false: cannot, render it anew. */
  update(item: OutputItem): boolean;
  destroy(): void;
}

/** A file to save. */
export interface Saved {
  name: string;
  content: Blob;
}

/** Content for the clipboard that has yet to be made; *type* is a MIME type that clipboards take. */
export interface Copied {
  readonly type: "image/png" | "text/plain";
  readonly content: Promise<Blob>;
}

/** Something a reader can do with an output besides what every output offers. */
export interface Action {
  dom: HTMLButtonElement;
  /** Whether it makes sense at the moment. */
  available(): boolean;
}

/** The inside of a rendered item; what surrounds it (fold, copy, save, as text) is the same for all. */
export interface Rendering extends RenderedItem {
  /** What it is, as a heading would say it: `Image, 640 × 480`. */
  describe(): string;
  readonly actions?: readonly Action[];
  /** What Copy copies; it stands for the whole output, also where that is folded. */
  copy(): string | Copied | Promise<Blob>;
  /** What Save saves; null when the reader thought better of it. */
  save(): Saved | Promise<Saved | null>;
  /** Called when its actions or its description may have changed. */
  changed?: (() => void) | undefined;
}

/** Makes the rendering of one format of *item*; null when it cannot show what it finds there. */
export type Renderer = (item: OutputItem, context: RenderContext) => Rendering | null;
