/** How tall the frame of a grid is: as its rows need, up to some, or as the reader drags it. */
import { element } from "../../ui/element";
import { rowsInSight } from "./height";

const MIN_ROWS = 3;
/** Of the window's height. */
const MAX_SHARE = 0.85;

export class FrameHeight {
  /** Below the grid; drag it, or use the arrow keys on it. */
  readonly handle = element("div", {
    class: "rdit-grid-handle",
    role: "separator",
    tabindex: 0,
    "aria-orientation": "horizontal",
    "aria-label": "Height of the grid in rows",
    title: "Drag to change the height",
  });
  #rows = 0;

  /** *kept* remembers what the reader chose; *changed* is called when they choose. Heights are in pixels. */
  constructor(
    private readonly frame: HTMLElement,
    private readonly kept: { rowsInSight: number | null },
    private readonly rowHeight: number,
    private readonly headHeight: number,
    private readonly changed: () => void,
  ) {
    this.handle.addEventListener("pointerdown", (event) => this.#drag(event));
    this.handle.addEventListener("keydown", (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this.#choose(this.#inSight + by);
    });
  }

  /** There are so many *rows*. */
  settle(rows: number): void {
    this.#rows = rows;
    const inSight = Math.min(this.#inSight, Math.max(1, rows));
    const scrollbar = this.frame.offsetHeight - this.frame.clientHeight - 2 * this.frame.clientTop;
    this.frame.style.height = `${inSight * this.rowHeight + this.headHeight + scrollbar}px`;
    this.frame.classList.toggle("is-scrolled", inSight < rows);
    this.handle.hidden = rows <= MIN_ROWS;
    this.handle.setAttribute("aria-valuenow", String(inSight));
    this.handle.setAttribute("aria-valuemin", String(MIN_ROWS));
    this.handle.setAttribute("aria-valuemax", String(this.#most));
  }

  get #inSight(): number {
    return this.kept.rowsInSight ?? rowsInSight(this.#rows);
  }

  get #most(): number {
    const fit = Math.floor((window.innerHeight * MAX_SHARE - this.headHeight) / this.rowHeight);
    return Math.max(MIN_ROWS, Math.min(this.#rows, Math.max(rowsInSight(this.#rows), fit)));
  }

  #choose(rows: number): void {
    this.kept.rowsInSight = Math.max(MIN_ROWS, Math.min(rows, this.#most));
    this.changed();
  }

  #drag(pressed: PointerEvent): void {
    if (pressed.button !== 0) return;
    pressed.preventDefault();
    const before = Math.min(this.#inSight, this.#rows);
    const letGo = new AbortController();
    const { signal } = letGo;
    this.handle.setPointerCapture(pressed.pointerId);
    this.handle.addEventListener(
      "pointermove",
      (event) => this.#choose(before + (event.clientY - pressed.clientY) / this.rowHeight),
      { signal },
    );
    for (const name of ["pointerup", "pointercancel"] as const)
      this.handle.addEventListener(name, () => letGo.abort(), { signal });
  }
}
