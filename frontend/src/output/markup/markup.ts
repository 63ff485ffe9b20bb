/** Markdown and LaTeX: shown as their source at once, and as what they mean when what that takes has been loaded. */
import type { OutputItem } from "../../backend/types";
import { size } from "../../ui/amounts";
import { element } from "../../ui/element";
import { placeFileLinks } from "../html/file-links";
import { placePictures } from "../html/pictures";
import { button } from "../rendering/controls";
import type { LazyRenderer } from "../rendering/lazy";
import { LOADING } from "../rendering/printing";
import type { RenderContext, Renderer, Rendering } from "../rendering/rendering";
import "./markup.css";

/** More than this is drawn only when a reader asks for it: it could hold up the page. */
const LARGE = 100_000;
/** The same for the signs that Markdown is made of: each may take the work of hundreds of letters. */
const MAX_SIGNS = 10_000;
/** What a formula costs, in signs; it has two dollars. */
const DOLLAR = 10;

type Draw = (source: string) => Node | Promise<Node>;

/** Loaded when first needed: most scripts need neither. From then on what can be drawn at once is. */
const drawings: Record<string, Draw> = {
  "text/markdown": onceLoaded(async () => (await import("./markdown")).drawMarkdown),
  "text/latex": onceLoaded(async () => (await import("./latex")).drawLatex),
};

function isLong(source: string): boolean {
  if (source.length > LARGE) return true;
  let signs = 0;
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at] as string;
    if (sign === "$") signs += DOLLAR;
    else if ("[]()*_`~<>|\\&!#:@\n".includes(sign)) signs += 1;
  }
  return signs > MAX_SIGNS;
}

function onceLoaded(load: () => Promise<Draw>): Draw {
  let draw: Draw | null = null;
  return (source) => {
    try {
      if (draw) return draw(source);
    } catch (error) {
      return Promise.reject(error);
    }
    return load().then((loaded) => {
      draw = loaded;
      return draw(source);
    });
  };
}

export function renderMarkup(format: "text/markdown" | "text/latex"): LazyRenderer {
  const render: Renderer = (item, context) =>
    typeof item.data?.[format] === "string" ? new MarkupView(item, format, context) : null;
  return Object.assign(render, { preload: async () => drawings[format]?.("") });
}

class MarkupView implements Rendering {
  readonly dom: HTMLElement;
  #source: string;
  #destroyed = false;
  #isAsked = false;

  constructor(
    item: OutputItem,
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
    if (source !== this.#source) {
      this.#source = source;
      this.#draw();
    }
    return true;
  }

  destroy(): void {
    this.#destroyed = true;
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
    if (isLong(source) && !this.#isAsked) {
      const show = button(`Show ${size(source.length)} of ${this.describe().toLowerCase()}`, () => {
        this.#isAsked = true;
        this.dom.replaceChildren();
        this.#draw();
        this.context.resized();
      });
      this.dom.replaceChildren(show);
      return;
    }
    const drawn = drawings[this.format]?.(source) ?? document.createTextNode(source);
    if (drawn instanceof Node) {
      this.#show(drawn);
      return;
    }
    this.dom.setAttribute(LOADING, "");
    if (!this.dom.hasChildNodes()) this.dom.append(element("div", { class: "rdit-source" }, source));
    drawn.then(
      (nodes) => {
        // Meanwhile it may be another text's turn.
        if (this.#destroyed || source !== this.#source) return;
        this.dom.removeAttribute(LOADING);
        this.#show(nodes);
        this.context.resized();
      },
      (error: unknown) => {
        // The source stays, which says the same in other signs; why is said as well.
        if (this.#destroyed) return;
        this.dom.removeAttribute(LOADING);
        const reason = error instanceof Error ? error.message : String(error);
        this.dom.replaceChildren(
          element("div", { class: "rdit-source" }, source),
          element(
            "p",
            { class: "rdit-note" },
            `Shown as it was written, because drawing it failed: ${reason}`,
          ),
        );
        this.context.resized();
      },
    );
  }

  #show(nodes: Node): void {
    this.dom.replaceChildren(nodes);
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
