/** The scroll container of a grid, and its scroll position in the whole. */
import { element } from "../../ui/element";
import { ScrollMapping } from "./data/scroll-mapping";

/** Scrolling rests when nothing moved for so long (milliseconds); `scrollend` comes between two turns of a wheel. */
const REST_MS = 200;

export class Frame {
  readonly dom: HTMLElement;
  readonly #space: HTMLElement;
  readonly #x = new ScrollMapping();
  readonly #y = new ScrollMapping();
  #width = 0;
  #height = 0;
  #measured = "";
  #rest: ReturnType<typeof setTimeout> | undefined;

  /** *viewport* stays in sight; *scrolled* is called whenever the place has changed. */
  constructor(
    private readonly viewport: HTMLElement,
    private readonly scrolled: () => void,
  ) {
    this.#space = element("div", { class: "rdit-grid-space" }, viewport);
    this.dom = element("div", { class: "rdit-grid-frame" }, this.#space);
    this.dom.addEventListener("scroll", () => this.#moved(), { passive: true });
  }

  get x(): number {
    return this.#x.position;
  }

  get y(): number {
    return this.#y.position;
  }

  /** Pixels in sight. */
  get width(): number {
    return this.#width;
  }

  get height(): number {
    return this.#height;
  }

  /** The whole is so many pixels wide and tall. Reads the frame's own size, so call it before anything is changed. */
  measure(width: number, height: number): void {
    const measured = [width, height, this.dom.clientWidth, this.dom.clientHeight].join();
    if (measured === this.#measured) return;
    const left = this.#x.measure(width, this.#width);
    const top = this.#y.measure(height, this.#height);
    this.#space.style.width = `${this.#x.length}px`;
    this.#space.style.height = `${this.#y.length}px`;
    // With the space its scrollbars come and go.
    this.#width = this.dom.clientWidth;
    this.#height = this.dom.clientHeight;
    this.viewport.style.width = `${this.#width}px`;
    this.viewport.style.height = `${this.#height}px`;
    this.#land(this.#x.measure(width, this.#width) ?? left, this.#y.measure(height, this.#height) ?? top);
    this.#measured = [width, height, this.#width, this.#height].join();
  }

  /** Go to a place, in pixels of the whole. */
  moveTo(x: number, y: number): void {
    this.#land(this.#x.moveTo(x), this.#y.moveTo(y));
  }

  destroy(): void {
    clearTimeout(this.#rest);
  }

  #land(left: number | null, top: number | null): void {
    if (left !== null) {
      if (left !== this.dom.scrollLeft) this.dom.scrollLeft = left;
      this.#x.landed(this.dom.scrollLeft);
    }
    if (top !== null) {
      if (top !== this.dom.scrollTop) this.dom.scrollTop = top;
      this.#y.landed(this.dom.scrollTop);
    }
  }

  #moved(): void {
    const { x, y } = this;
    const left = this.#x.scrolled(this.dom.scrollLeft);
    const top = this.#y.scrolled(this.dom.scrollTop);
    if (left !== null || top !== null) this.#land(left, top);
    clearTimeout(this.#rest);
    if (this.#x.stretches || this.#y.stretches) this.#rest = setTimeout(() => this.#rests(), REST_MS);
    if (x !== this.x || y !== this.y) this.scrolled();
  }

  #rests(): void {
    const [left, top] = [this.#x.rested(), this.#y.rested()];
    if (left !== null || top !== null) this.#land(left, top);
  }
}
