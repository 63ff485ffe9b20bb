/** All lines of a long text in a frame that scrolls; only those in sight are in the document. */
import { count } from "../../ui/amounts";
import { element } from "../../ui/element";
import { type LineSource, type Mark, Rows } from "./rows";

/** Browsers stop at about 17 million pixels; a longer text scrolls in proportion. */
const MAX_HEIGHT = 15_000_000;
/** Lines drawn beyond what is in sight, so that scrolling shows no gaps. */
const MARGIN = 40;

export class Scroller {
  readonly dom: HTMLElement;
  readonly #space: HTMLElement;
  readonly #rows: Rows;
  #lineHeight = 0;
  #height = 0;
  #isAtEnd = true;

  constructor(readonly source: LineSource) {
    this.#rows = new Rows(() => this.refresh());
    this.#space = element("div", { class: "rdit-space" }, this.#rows.dom);
    this.dom = element("div", { class: "rdit-scroller", tabindex: 0, role: "region" }, this.#space);
    this.dom.addEventListener("scroll", () => {
      this.#isAtEnd = this.dom.scrollTop + this.dom.clientHeight >= this.dom.scrollHeight - 2;
      this.#draw();
    });
  }

  /** Draw what is in sight as the source has it now; a reader at the very end stays at the end. */
  refresh(staysAtEnd = true): void {
    this.dom.setAttribute("aria-label", `Output, ${count(this.source.length, "line")}`);
    this.#lineHeight ||= Number.parseFloat(getComputedStyle(this.#rows.dom).lineHeight) || 21;
    this.#height = this.source.length * this.#lineHeight;
    this.#space.style.height = `${Math.min(this.#height, MAX_HEIGHT)}px`;
    if (staysAtEnd && this.#isAtEnd) this.dom.scrollTop = this.dom.scrollHeight;
    this.#draw();
  }

  /** Bring *mark* into sight and let it stand out. */
  reveal(mark: Mark | null): void {
    this.#rows.mark(mark);
    if (!mark) return;
    this.#isAtEnd = false;
    const view = this.dom.clientHeight;
    const top = Math.max(0, mark.line * this.#lineHeight - view / 3);
    this.dom.scrollTop = top / this.#scale();
    this.#draw();
    const match = this.#rows.row(mark.line)?.querySelector("mark");
    if (match) {
      const left = match.offsetLeft;
      if (left < this.dom.scrollLeft || left + match.offsetWidth > this.dom.scrollLeft + this.dom.clientWidth)
        this.dom.scrollLeft = Math.max(0, left - this.dom.clientWidth / 3);
    }
  }

  /** Pixels of text per pixel of scrolling. */
  #scale(): number {
    const view = this.dom.clientHeight;
    return this.#height <= MAX_HEIGHT ? 1 : (this.#height - view) / (MAX_HEIGHT - view);
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.dom;
    const top = scrollTop * this.#scale();
    const inSight = Math.ceil((clientHeight || 600) / this.#lineHeight);
    const { length } = this.source;
    const first = Math.max(0, Math.min(length - inSight, Math.floor(top / this.#lineHeight)) - MARGIN);
    const end = Math.min(length, first + inSight + 2 * MARGIN);
    this.#rows.show(this.source, first, end);
    this.#rows.dom.style.transform = `translateY(${first * this.#lineHeight - top + scrollTop}px)`;
  }
}
