/** Markdown and LaTeX: shown as their source at once, and as what they mean when what that takes has been loaded. */
import type { OutputItem } from "../../backend/types";
import { size } from "../../ui/amounts";
import { element } from "../../ui/element";
import { placeFileLinks } from "../html/file-links";
import { placePictures } from "../html/pictures";
import { button } from "../rendering/controls";
import type { LazyRenderer } from "../rendering/lazy";
import { LOADING } from "../rendering/print-whole";
import { memoryOf } from "../rendering/remembered";
import type { RenderContext, Renderer, Rendering } from "../rendering/rendering";
import { MAX_FORMULA, signsOfFormula, signsOfMarkdown, TooMuch } from "./limits";
import "./markup.css";

/** More than this is drawn only when a reader asks for it: it could hold up the page. */
const LARGE = 100_000;
/** The same for the signs that Markdown is made of: each may take the work of hundreds of letters. */
const MAX_SIGNS = 10_000;
/** What a formula costs, in signs; it has two dollars. */
const DOLLAR = 25;
/** So much of a source stands there until it is drawn: all of a long one would take as long as the drawing. */
const MAX_WAITING = 10_000;

/** Draws *source* into *into*: at once, or in portions until *signal* says that nobody needs it any more. */
type Draw = (
  source: string,
  into: HTMLElement,
  signal: AbortSignal,
  isAsked: boolean,
) => void | Promise<void>;

/** Loaded when first needed: most scripts need neither. From then on what can be drawn at once is. */
const drawings: Record<string, Draw> = {
  "text/markdown": onceLoaded(async () => (await import("./markdown")).drawMarkdown),
  "text/latex": onceLoaded(async () => (await import("./latex")).drawLatex),
};

function isLong(source: string, format: string): boolean {
  if (format === "text/latex") return signsOfFormula(source) > MAX_FORMULA;
  return source.length > LARGE || signsOfMarkdown(source, DOLLAR) > MAX_SIGNS;
}

function onceLoaded(load: () => Promise<Draw>): Draw {
  let draw: Draw | null = null;
  return (source, into, signal, isAsked) => {
    try {
      if (draw) return draw(source, into, signal, isAsked);
    } catch (error) {
      return Promise.reject(error);
    }
    return load().then((loaded) => {
      draw = loaded;
      signal.throwIfAborted();
      return draw(source, into, signal, isAsked);
    });
  };
}

export function renderMarkup(format: "text/markdown" | "text/latex"): LazyRenderer {
  const render: Renderer = (item, context) =>
    typeof item.data?.[format] === "string" ? new MarkupView(item, format, context) : null;
  return Object.assign(render, {
    preload: async () => drawings[format]?.("", element("div"), new AbortController().signal, false),
  });
}

class MarkupView implements Rendering {
  readonly dom: HTMLElement;
  #source: string;
  #drawing = new AbortController();
  #isAsked = false;

  constructor(
    private item: OutputItem,
    readonly format: "text/markdown" | "text/latex",
    readonly context: RenderContext,
  ) {
    this.#source = String(item.data?.[format]);
    this.dom = element("div", { class: format === "text/latex" ? "rdit-latex" : "rdit-markdown" });
    this.dom.addEventListener("click", goWithin);
    this.#draw();
  }

  update(item: OutputItem): boolean {
    const source = item.data?.[this.format];
    if (typeof source !== "string") return false;
    this.item = item;
    if (source !== this.#source) {
      this.#source = source;
      this.#draw();
    }
    return true;
  }

  destroy(): void {
    this.#drawing.abort();
  }

  describe(): string {
    return this.format === "text/latex" ? "Formula" : "Text";
  }

  copy(): string {
    return this.#source;
  }

  save() {
    const name = this.format === "text/latex" ? "output.tex" : "output.md";
    return { name, content: new Blob([this.#source], { type: `${this.format};charset=utf-8` }) };
  }

  #draw(): void {
    const source = this.#source;
    this.#drawing.abort();
    this.#drawing = new AbortController();
    const { signal } = this.#drawing;
    if (isLong(source, this.format) && !this.#isAsked) {
      this.#offer();
      return;
    }
    const drawn = element("div", { class: "rdit-drawn" });
    const drawing = drawings[this.format]?.(source, drawn, signal, this.#isAsked);
    if (!drawing) {
      this.#show(drawn);
      return;
    }
    this.#await(drawn);
    drawing.then(
      () => {
        this.#show(drawn);
        memoryOf(this.item).height = this.dom.offsetHeight;
        this.context.resized();
      },
      (error: unknown) => {
        if (signal.aborted) return;
        if (!(error instanceof TooMuch)) return this.#fail(error);
        this.#settle();
        this.#offer();
        this.context.resized();
      },
    );
  }

  /** Draw it when a reader asks for it. */
  #offer(): void {
    const show = button(`Show ${size(this.#source.length)} of ${this.describe().toLowerCase()}`, () => {
      this.#isAsked = true;
      this.dom.replaceChildren();
      this.#draw();
      this.context.resized();
    });
    this.dom.replaceChildren(show);
  }

  /**
   * *drawn* is laid out portion by portion in a place of no height; until it is whole, what was there before stays, or
   * the source stands there, or the room is kept that it took the last time.
   */
  #await(drawn: HTMLElement): void {
    const { height } = memoryOf(this.item);
    this.dom.setAttribute(LOADING, "");
    this.dom.querySelector(":scope > [aria-hidden]")?.remove();
    if (!this.dom.hasChildNodes() && height !== undefined) this.dom.style.minHeight = `${height}px`;
    else if (!this.dom.hasChildNodes())
      this.dom.append(element("div", { class: "rdit-source" }, this.#source.slice(0, MAX_WAITING)));
    drawn.setAttribute("aria-hidden", "true");
    this.dom.append(drawn);
  }

  /** The source stays, which says the same in other signs; why is said as well. */
  #fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#settle();
    this.dom.replaceChildren(
      element("div", { class: "rdit-source" }, this.#source),
      element("p", { class: "rdit-note" }, `Shown as it was written, because drawing it failed: ${reason}`),
    );
    this.context.resized();
  }

  #settle(): void {
    this.dom.removeAttribute(LOADING);
    this.dom.style.minHeight = "";
  }

  #show(drawn: HTMLElement): void {
    this.#settle();
    drawn.removeAttribute("aria-hidden");
    for (const other of [...this.dom.childNodes]) if (other !== drawn) other.remove();
    if (drawn.parentNode !== this.dom) this.dom.append(drawn);
    placePictures(this.dom, this.context);
    placeFileLinks(this.dom, this.context);
    // Its height changes with what it opens.
    for (const details of this.dom.querySelectorAll("details"))
      details.addEventListener("toggle", () => this.context.resized());
  }
}

/** A footnote and what refers to it are within the document; the page's address and history stay as they are. */
function goWithin(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const address = link?.getAttribute("href") ?? "";
  if (!link || !address.startsWith("#")) return;
  event.preventDefault();
  const goal = link
    .closest(".rdit-markdown")
    ?.querySelector<HTMLElement>(`[id="${CSS.escape(address.slice(1))}"]`);
  if (!goal) return;
  goal.tabIndex = -1;
  goal.focus({ preventScroll: true });
  goal.scrollIntoView({ block: "nearest" });
}
