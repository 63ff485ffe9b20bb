/**
 * Text as a terminal shows it. A long one is folded to its beginning and its end with the size between them; more
 * of it, or all of it in a frame that scrolls, is one press away. Growing output costs what is new, not what is there.
 */
import type { OutputItem } from "../../backend/types";
import { count, size } from "../../ui/amounts";
import { element } from "../../ui/element";
import { button, rename } from "../rendering/controls";
import { carryMemory, memoryOf } from "../rendering/remembered";
import type { Action, RenderContext, Rendering, Saved } from "../rendering/rendering";
import { lineText } from "./line";
import { type Mark, Rows } from "./rows";
import { Scroller } from "./scroller";
import { Search } from "./search";
import { TextSource } from "./text-source";
import "./text.css";

/** Lines shown above and below the fold. */
const HEAD = 10;
const TAIL = 14;
/** A text that is all there is folded only when it has more lines than this; one that grows, so that nothing jumps. */
const MAX_UNFOLDED = 40;
/** Lines that one press on the fold adds. */
const STEP = 500;
/** Above this many lines, adding more would make the page slow: then all are shown in a frame that scrolls. */
const MAX_SHOWN = 3000;
/** Characters read before the page gets its turn. */
const PORTION = 400_000;

/** Columns that stand under each other would be torn apart by wrapping; prose and long values would not. */
const COLUMNS = /\S {2,}\S|\t|[│┃║├┌└╭╰]|^\s*[-=]{3,}\s|\|.*\|/;
const BAR = /[━█▉▊▋▌▍▎▏╸─#=]{8}|[|[][█#=>.\- ]{10,}[|\]]/;
const DRAWING = /[\u2502\u2503\u250c-\u254b\u2551-\u2570]/;

export class TextView implements Rendering {
  readonly dom: HTMLElement;
  readonly actions: readonly Action[];
  changed: (() => void) | undefined;
  readonly #source: TextSource;
  readonly #head: Rows;
  readonly #tail: Rows;
  readonly #folded = element("span", { class: "rdit-fold-size" });
  readonly #more: HTMLButtonElement;
  readonly #fold: HTMLElement;
  readonly #flow: HTMLElement;
  #scroller: Scroller | null = null;
  #search: Search | null = null;
  #wrapSettled = false;
  #turn: ReturnType<typeof setTimeout> | undefined;
  #frame: number | undefined;
  #waiting = false;

  constructor(
    private item: OutputItem,
    readonly context: RenderContext,
  ) {
    const memory = memoryOf(item);
    this.#source = new TextSource(item);
    this.#head = new Rows(() => context.resized());
    this.#tail = new Rows(() => context.resized());
    this.#more = button("", () => this.#showMore());
    this.#fold = element(
      "div",
      { class: "rdit-fold" },
      this.#folded,
      this.#more,
      button("Show all", () => this.#showAll()),
    );
    this.#flow = element("div", { class: "rdit-flow" }, this.#head.dom, this.#fold, this.#tail.dom);
    this.dom = element("div", { class: "rdit-text" }, this.#flow);

    const wrap = button("Wrap long lines", () => this.#setWrap(!this.#wraps), { icon: "wrap" });
    const search = button("Find in this output", () => this.#openSearch(), { icon: "search" });
    const less = button("Show less", () => this.#showLess(), { icon: "up" });
    this.actions = [
      { dom: search, available: () => this.#source.length > MAX_UNFOLDED },
      { dom: wrap, available: () => !this.#scroller && this.#hasLongLines() },
      { dom: less, available: () => this.#scroller !== null || this.#shown > HEAD },
    ];
    rename(wrap, "Wrap long lines");
    if (memory.wraps !== undefined) this.#wrapSettled = true;
    this.#setWrapClass(memory.wraps ?? true);
    this.#read();
    if (memory.scrolls) this.#showAll();
  }

  update(item: OutputItem): boolean {
    if (item.type !== this.item.type) return false;
    carryMemory(this.item, item);
    this.item = item;
    if (this.#source.length <= HEAD + TAIL) memoryOf(item).grew = true;
    // At most one drawing a frame: what comes in between is drawn with the next.
    if (this.#frame !== undefined) {
      this.#waiting = true;
      return true;
    }
    this.#frame = requestAnimationFrame(() => {
      this.#frame = undefined;
      if (!this.#waiting) return;
      this.#waiting = false;
      this.update(this.item);
    });
    this.#source.set(item);
    clearTimeout(this.#turn);
    this.#read();
    return true;
  }

  destroy(): void {
    clearTimeout(this.#turn);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#search?.destroy();
  }

  describe(): string {
    const kind = this.item.type === "stderr" ? "Standard error" : "Text";
    return `${kind}, ${count(this.#source.length, "line")}, ${size(this.#source.characters)}`;
  }

  copy(): string {
    this.#source.advance(Number.POSITIVE_INFINITY);
    const text = [...this.#source.pieces()].join("");
    return this.item.text.endsWith("\n") ? text : text.replace(/\n$/, "");
  }

  async save(): Promise<Saved> {
    const source = await this.#wholeSource();
    source.advance(Number.POSITIVE_INFINITY);
    const content = new Blob([...source.pieces()], { type: "text/plain;charset=utf-8" });
    return { name: "output.txt", content };
  }

  /** The text with what was left out on the way to the page. */
  async #wholeSource(): Promise<TextSource> {
    if (this.#source.omitted === 0 || !this.context.wholeText) return this.#source;
    const text = await this.context.wholeText(this.item);
    return new TextSource({ type: this.item.type, text });
  }

  // ------------------------------------------------------------------------------------------ drawing

  #read(): void {
    const done = this.#source.advance(PORTION);
    this.#draw();
    this.#turn = done ? undefined : setTimeout(() => this.#read());
  }

  get #shown(): number {
    return memoryOf(this.item).shownLines ?? HEAD;
  }

  #draw(): void {
    const { length } = this.#source;
    if (!this.#wrapSettled) {
      this.#wrapSettled = length > 60;
      this.#setWrapClass(!this.#some(COLUMNS, 2) && !this.#some(BAR, 1));
    }
    // The lines of a drawing touch each other only at the typeface's own distance.
    this.dom.classList.toggle("rdit-drawing", this.#some(DRAWING, 2));
    if (this.#scroller) {
      this.#scroller.refresh();
    } else {
      const limit = memoryOf(this.item).grew ? 0 : MAX_UNFOLDED;
      const folded = length > limit ? length - this.#shown - TAIL : 0;
      this.#fold.hidden = this.#tail.dom.hidden = folded <= 0;
      if (folded > 0) {
        this.#head.show(this.#source, 0, this.#shown);
        this.#tail.show(this.#source, length - TAIL, length);
        const lost = this.#source.omitted > 0 ? `, ${count(this.#source.omitted, "character")} left out` : "";
        this.#folded.textContent = `${count(folded, "line")} folded${lost} · ${size(this.#source.characters)} in all`;
        this.#more.hidden = this.#shown + STEP > MAX_SHOWN;
        this.#more.textContent = folded <= STEP ? `Show ${count(folded, "line")}` : `Show ${STEP} more`;
      } else {
        this.#head.show(this.#source, 0, length);
        this.#tail.show(this.#source, 0, 0);
      }
    }
    this.#search?.extend();
    this.changed?.();
    this.context.resized();
  }

  #showMore(): void {
    memoryOf(this.item).shownLines = this.#shown + STEP;
    this.#draw();
  }

  #showAll(): void {
    if (this.#scroller) return;
    this.#scroller = new Scroller(this.#source);
    memoryOf(this.item).scrolls = true;
    this.#flow.replaceWith(this.#scroller.dom);
    // It begins at the top, where the reader was; it stays at the end, when text is appended, only once they went there.
    this.#scroller.refresh(false);
    this.changed?.();
    this.context.resized();
  }

  #showLess(): void {
    const memory = memoryOf(this.item);
    memory.scrolls = false;
    memory.shownLines = HEAD;
    this.#closeSearch();
    this.#scroller?.dom.replaceWith(this.#flow);
    this.#scroller = null;
    this.#draw();
  }

  // ------------------------------------------------------------------------------------------ wrapping

  get #wraps(): boolean {
    return this.dom.classList.contains("rdit-wrap");
  }

  #setWrap(wraps: boolean): void {
    memoryOf(this.item).wraps = wraps;
    this.#wrapSettled = true;
    this.#setWrapClass(wraps);
    this.context.resized();
  }

  #setWrapClass(wraps: boolean): void {
    this.dom.classList.toggle("rdit-wrap", wraps);
    this.actions[1]?.dom.setAttribute("aria-pressed", String(wraps));
  }

  /** Whether *pattern* is in at least *least* of the first lines. */
  #some(pattern: RegExp, least: number): boolean {
    let found = 0;
    for (let index = 0; index < Math.min(60, this.#source.length) && found < least; index += 1)
      if (pattern.test(lineText(this.#source.line(index)).slice(0, 500))) found += 1;
    return found >= least;
  }

  #hasLongLines(): boolean {
    const { length } = this.#source;
    for (let index = 0; index < Math.min(length, HEAD); index += 1)
      if (lineText(this.#source.line(index)).length > 60) return true;
    for (let index = Math.max(0, length - TAIL); index < length; index += 1)
      if (lineText(this.#source.line(index)).length > 60) return true;
    return false;
  }

  // ------------------------------------------------------------------------------------------ searching

  #openSearch(): void {
    this.#showAll();
    if (!this.#search) {
      this.#search = new Search(
        this.#source,
        (match: Mark | null) => this.#scroller?.reveal(match),
        () => this.#closeSearch(),
      );
      this.dom.prepend(this.#search.dom);
      this.context.resized();
    }
    this.#search.focus();
  }

  #closeSearch(): void {
    if (!this.#search) return;
    this.#search.destroy();
    this.#search.dom.remove();
    this.#search = null;
    this.#scroller?.reveal(null);
    this.#scroller?.dom.focus();
    this.context.resized();
  }
}
