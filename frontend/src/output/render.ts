/** Rendering: output item → element, in the richest format that can be shown; any output can be folded, copied, saved. */
import "./output.css";
import type { OutputItem } from "../backend/types";
import { element } from "../ui/element";
import { saveOut } from "../ui/save-file";
import { renderError } from "./error/error";
import { expectedSize } from "./expected-height";
import { chartHeight } from "./html/chart-height";
import { htmlHeight } from "./html/html-height";
import { renderJson } from "./json/json";
import { renderMarkup } from "./markup/markup";
import { imageRenderer, playerRenderer, preloadPictures } from "./media/media";
import { isTooMuch } from "./media/svg-bounds";
import { copyOut } from "./rendering/clipboard";
import { button, icon, rename } from "./rendering/controls";
import {
  DRAWN_FORMATS,
  type DrawnFormat,
  FILM_FORMATS,
  IMAGE_FORMATS,
  isDrawn,
  SOUND_FORMATS,
  TABLE,
  TREE,
} from "./rendering/formats";
import { formatsOf, withData } from "./rendering/item-data";
import { type LazyRenderer, lazily } from "./rendering/lazy";
import { OmittedData } from "./rendering/omitted-data";
import { LOADING, unprinted } from "./rendering/print-whole";
import { onPrint } from "./rendering/printing";
import { carryMemory, memoryOf } from "./rendering/remembered";
import type { RenderContext, RenderedItem, Renderer, Rendering } from "./rendering/rendering";
import { makeToolbar, settleToolbar } from "./rendering/toolbar";
import { gridHeight } from "./table/height";
import { printedTable } from "./table/printed";
import { TextView } from "./text/text";
import { renderWithheld } from "./text/withheld";
import { treeHeight } from "./tree/tree-height";

const each = <Format extends string>(formats: readonly Format[], render: (format: Format) => Renderer) =>
  Object.fromEntries(formats.map((format) => [format, render(format)])) as Record<Format, Renderer>;

const renderers: Record<DrawnFormat, Renderer> = {
  [TABLE]: lazily(() => import("./table/grid").then((grid) => grid.renderGrid), {
    name: "Table",
    height: gridHeight,
  }),
  "text/html": lazily(() => import("./html/html").then((html) => html.renderHtml), {
    name: "HTML",
    height: (item) => chartHeight(item) ?? htmlHeight(item),
  }),
  "text/markdown": renderMarkup("text/markdown"),
  "text/latex": renderMarkup("text/latex"),
  ...each(FILM_FORMATS, (format) => playerRenderer("video", format)),
  ...each(SOUND_FORMATS, (format) => playerRenderer("audio", format)),
  ...each(IMAGE_FORMATS, imageRenderer),
  "application/json": renderJson,
  [TREE]: lazily(() => import("./tree/tree").then((tree) => tree.renderTree), {
    name: "Object",
    height: treeHeight,
  }),
};

/** Load what the formats of *items* need, so that each can be drawn at once, on paper too. */
export async function preload(items: readonly OutputItem[]): Promise<void> {
  preloadPictures(items);
  await preloadCode(items);
}

async function preloadCode(items: readonly OutputItem[]): Promise<void> {
  for (const format of new Set(items.flatMap(formatsOf).filter(isDrawn))) {
    const render = renderers[format];
    if ("preload" in render) await (render as LazyRenderer).preload();
  }
}

/** *item* as an element that changes with it: call `update` with its next state, `destroy` when it is gone for good. */
export function renderItem(item: OutputItem, context: RenderContext): RenderedItem {
  return new ItemView(item, context);
}

/** *item* with its data, and the code that shows them. */
async function wholeOf(item: OutputItem, context: RenderContext, signal: AbortSignal): Promise<OutputItem> {
  const [whole] = await Promise.all([
    withData(item, context, signal),
    preloadCode([item]).catch(() => undefined), // whoever shows it says so
  ]);
  return whole;
}

/** Formats that can ask for more work than they are long. */
const DEMANDING = new Set(["text/html", "text/markdown", "text/latex", "image/svg+xml"]);
/** Characters. The bounds on what an output may ask for leave less than this, without scripts, nothing that takes long. */
const SMALL = 1_000;

/** *item* is about to be drawn in *format*. Call what is returned with what was made of it, or null. */
export function noteDrawing(
  item: OutputItem,
  format: string,
  context: RenderContext,
): (drawn: Element | null) => void {
  const content = DEMANDING.has(format) ? item.data?.[format] : null;
  if (!context.drawing || typeof content !== "string") return () => undefined;
  if (content.length < SMALL && !/<script/i.test(content)) return () => undefined;
  const drawn = context.drawing.begin(item);
  return (dom) => drawn(() => isBeingDrawn(dom));
}

/** Whether *drawn* or something in it is still loaded or drawn. */
function isBeingDrawn(drawn: Element | null): boolean {
  if (!drawn?.isConnected) return false;
  if (drawn.matches(`[${LOADING}]`) || drawn.querySelector(`[${LOADING}]`)) return true;
  return [...drawn.querySelectorAll("img")].some((image) => !image.complete);
}

/** The richest format of *item* that can be drawn. */
export function richestName(item: OutputItem): DrawnFormat | undefined {
  return DRAWN_FORMATS.find((format) => item.data && format in item.data);
}

/** Why *item* is not drawn before a reader asks for it; null when it is. */
export function whyWithheld(item: OutputItem, context: RenderContext): string | null {
  if (context.drawing?.hasFrozen(item))
    return "This output is shown as text because the page stopped while it was drawn.";
  const svg = richestName(item) === "image/svg+xml" ? item.data?.["image/svg+xml"] : null;
  if (typeof svg === "string" && isTooMuch(svg))
    return "This drawing is shown as text because it asks for more shapes than the page draws in a moment.";
  return null;
}

/** The first format of *item*, richest first, that a rendering can be made of. */
function richest(item: OutputItem, context: RenderContext): { format: string; rendering: Rendering } | null {
  if (item.type === "error") return { format: "error", rendering: renderError(item, context) };
  if (!item.data) return null;
  for (const format of DRAWN_FORMATS) {
    if (!(format in item.data)) continue;
    const drawn = noteDrawing(item, format, context);
    const rendering = renderers[format](item, context);
    drawn(rendering?.dom ?? null);
    if (rendering) return { format, rendering };
  }
  return null;
}

/** What stands in for a format that is not drawn before a reader asks for it. */
const WITHHELD = "withheld";

/** What scrolls when it is wider or taller than its place. */
const SCROLLING = ".rdit-html, .rdit-flow, .rdit-traceback, .rdit-markdown-table, .rdit-latex";

/** What scrolls can be reached by Tab and scrolled by keys; what does not is no stop on the way. */
function makeReachable(part: HTMLElement): void {
  const scrolls = part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1;
  if (scrolls === part.hasAttribute("tabindex")) return;
  if (!scrolls) {
    for (const name of ["tabindex", "role", "aria-label"]) part.removeAttribute(name);
    return;
  }
  part.tabIndex = 0;
  part.setAttribute("role", "region");
  part.setAttribute("aria-label", "Wide content");
}

class ItemView implements RenderedItem {
  readonly dom: HTMLElement;
  #rendering: Rendering;
  /** What is shown: a MIME type, `error`, `text` or `withheld`. */
  #format: string;
  #height = -1;
  readonly #body = element("div", { class: "rdit-body" });
  readonly #toolbar = makeToolbar("What can be done with this output");
  readonly #asText: HTMLButtonElement;
  readonly #fold: HTMLButtonElement;
  readonly #unfold: HTMLButtonElement;
  readonly #unfoldLabel = element("span");
  readonly #sizes: ResizeObserver;
  readonly #stopPrinting: () => void;
  #printed: HTMLElement | null = null;
  #unprinted: HTMLElement | null = null;
  #isPrinting = false;

  constructor(
    private item: OutputItem,
    private readonly context: RenderContext,
  ) {
    if (item.dataOmitted) this.item = memoryOf(item).whole ?? item;
    this.#asText = button("Show as text", () => this.#switch(), { icon: "text" });
    this.#fold = button("Fold this output", () => this.#setFolded(true), { icon: "fold" });
    this.#unfold = button("", () => this.#setFolded(false), { class: "rdit-unfold" });
    this.#unfold.append(this.#unfoldLabel);
    this.#unfold.setAttribute("aria-expanded", "false");
    this.dom = element(
      "div",
      { class: "rdit-item", "data-type": item.type, role: "group", tabindex: -1 },
      this.#unfold,
      this.#body,
      this.#toolbar,
    );
    if (item.late)
      this.dom.prepend(element("div", { class: "rdit-late" }, "written after the statement had ended"));
    [this.#format, this.#rendering] = this.#make();
    this.#place();
    this.#sizes = new ResizeObserver(([entry]) => {
      const height = Math.round(entry?.contentRect.height ?? 0);
      if (this.#height >= 0 && height !== this.#height) this.context.resized();
      this.#height = height;
      for (const part of this.#body.querySelectorAll<HTMLElement>(SCROLLING)) makeReachable(part);
    });
    this.#sizes.observe(this.dom);
    this.#stopPrinting = onPrint((isPrinting) => this.#print(isPrinting));
    // A finger has no hover: a tap gives the output the focus, and with it the toolbar.
    this.dom.addEventListener("pointerup", (event) => {
      if (
        event.pointerType === "touch" &&
        event.target instanceof Element &&
        !event.target.closest("button, a, input")
      )
        this.dom.focus({ preventScroll: true });
    });
  }

  update(item: OutputItem): boolean {
    if (item.type !== this.item.type || Boolean(item.late) !== Boolean(this.item.late)) return false;
    if (item.dataOmitted) return false;
    // A richer format than the one shown would need another rendering.
    const best = item.type === "error" ? "error" : richestName(item);
    const shown = memoryOf(this.item).asText ? this.#format : (best ?? "text");
    if (shown !== this.#format) return false;
    const drawn = noteDrawing(item, shown, this.context);
    const isUpdated = this.#rendering.update(item);
    drawn(isUpdated ? this.dom : null);
    if (!isUpdated) return false;
    if (item !== this.item) carryMemory(this.item, item);
    this.item = item;
    this.#settle();
    return true;
  }

  destroy(): void {
    this.#stopPrinting();
    this.#sizes.disconnect();
    this.#rendering.destroy();
  }

  /** A grid shows what is in sight, and only once it is drawn; on paper its rows are plain. */
  #print(isPrinting: boolean): void {
    this.#isPrinting = isPrinting;
    this.#printed?.remove();
    const { folded = false, asText = false } = memoryOf(this.item);
    this.#printed = isPrinting && !asText && !folded ? printedTable(this.item) : null;
    this.#body.hidden = folded || this.#printed !== null;
    if (this.#printed) this.#body.after(this.#printed);
    this.#unprinted?.remove();
    this.#unprinted = isPrinting && !folded ? unprinted() : null;
    if (this.#unprinted) this.#body.after(this.#unprinted);
  }

  #make(): [string, Rendering] {
    const { asText, isAsked } = memoryOf(this.item);
    const why = asText || isAsked ? null : whyWithheld(this.item, this.context);
    if (why !== null) {
      const show = () => this.#show();
      return [WITHHELD, renderWithheld(this.item, this.context, { why, show })];
    }
    if (!asText && this.item.dataOmitted && formatsOf(this.item).some(isDrawn))
      return ["omitted", this.#awaitData(this.item)];
    const rich = asText ? null : richest(this.item, this.context);
    return rich ? [rich.format, rich.rendering] : ["text", new TextView(this.item, this.context)];
  }

  #awaitData(item: OutputItem): OmittedData {
    const load = (signal: AbortSignal) => wholeOf(item, this.context, signal);
    const show = (whole: OutputItem) => {
      this.item = whole;
      [this.#format, this.#rendering] = this.#make();
      this.#place();
      this.#print(this.#isPrinting);
      this.context.resized();
    };
    return new OmittedData(item, expectedSize(item), load, show, () => this.context.resized());
  }

  #place(): void {
    const copy = button("Copy", () => this.#copy(copy), { icon: "copy" });
    const save = button("Save as a file", () => void this.#save(), { icon: "save" });
    this.#body.replaceChildren(this.#rendering.dom);
    const own = this.#rendering.actions?.map((action) => action.dom) ?? [];
    this.#toolbar.replaceChildren(...own, this.#asText, copy, save, this.#fold);
    this.#rendering.changed = () => this.#settle();
    this.#settle();
  }

  #settle(): void {
    const { folded = false, asText = false } = memoryOf(this.item);
    const label = this.#rendering.describe();
    const isShort = this.#format === "text" && /, [01] lines?,/.test(label);
    this.dom.dataset.format = this.#format;
    this.dom.setAttribute("aria-label", label);
    this.#body.hidden = folded;
    this.#toolbar.hidden = folded;
    this.#unfold.hidden = !folded;
    if (folded) this.#unfoldLabel.textContent = label;
    this.#fold.hidden = isShort;
    for (const action of this.#rendering.actions ?? []) action.dom.hidden = !action.available();
    this.#asText.hidden = !asText && (/^(?:text|withheld)$/.test(this.#format) || this.item.text === "");
    rename(this.#asText, asText ? "Show as it was meant" : "Show as text");
    this.#asText.setAttribute("aria-pressed", String(asText));
    settleToolbar(this.#toolbar);
  }

  #switch(): void {
    const memory = memoryOf(this.item);
    memory.asText = !memory.asText;
    this.#remake();
    this.#asText.focus();
  }

  /** Draw what was withheld. */
  #show(): void {
    this.context.drawing?.forgive(this.item);
    memoryOf(this.item).isAsked = true;
    this.#remake();
    this.dom.focus({ preventScroll: true });
  }

  #remake(): void {
    this.#rendering.destroy();
    [this.#format, this.#rendering] = this.#make();
    this.#place();
    this.context.resized();
  }

  #setFolded(folded: boolean): void {
    memoryOf(this.item).folded = folded;
    this.#settle();
    this.context.resized();
    (folded ? this.#unfold : this.#fold).focus();
  }

  async #save(): Promise<void> {
    try {
      if (this.#rendering instanceof OmittedData) await this.#rendering.arrival;
      const saved = await this.#rendering.save();
      if (saved) saveOut(saved);
    } catch (error) {
      this.context.announce(error instanceof Error ? error.message : "There is nothing to save.");
    }
  }

  #copy(pressed: HTMLButtonElement): void {
    const arrival = this.#rendering instanceof OmittedData ? this.#rendering.arrival : null;
    const copying = arrival?.then(() => copyOut(this.#rendering.copy())) ?? copyOut(this.#rendering.copy());
    copying.then(
      () => {
        this.context.announce("Copied");
        pressed.replaceChildren(icon("check"));
        setTimeout(() => pressed.replaceChildren(icon("copy")), 1500);
      },
      (error: unknown) =>
        this.context.announce(error instanceof Error ? error.message : "The browser did not copy."),
    );
  }
}
