/**
 * Scroll mapping: scrolling over more pixels than a browser can lay out.
 *
 * Elements end at some 17 million pixels (Firefox) or 33 million (Chromium, WebKit), and ten million rows are 240
 * million. So the element that scrolls is at most `MAX_HEIGHT`, and its scroll offset stands for a position in the whole:
 * pixel by pixel near both ends, in proportion between them. Dragging the scrollbar goes by that; the wheel and a finger move
 * by pixels wherever they are, and when they rest the offset is put where it belongs. The two are told apart by how far
 * they go at once: one pixel of a scrollbar is many thousand of what it scrolls.
 */

const MAX_HEIGHT = 10_000_000;
/** Pixels at either end where an offset is a position. */
const EXACT = 200_000;
/** Nearer to its end than this, an offset is put right without waiting for rest. */
const NARROW = 2000;

export class ScrollMapping {
  /** Where the sight begins, in pixels of the whole. */
  position = 0;
  #extent = 0;
  #view = 0;
  /** The scroll offset as last seen or set. */
  #offset = 0;

  /** The length in pixels that the scrolling element shall have. */
  get length(): number {
    return Math.min(this.#extent, MAX_HEIGHT);
  }

  /** The last position. */
  get end(): number {
    return Math.max(0, this.#extent - this.#view);
  }

  get stretches(): boolean {
    return this.#extent > MAX_HEIGHT;
  }

  /** The whole is *extent* pixels long and *view* of them are in sight; returns the offset to put right, or null. */
  measure(extent: number, view: number): number | null {
    if (extent === this.#extent && view === this.#view) return null;
    this.#extent = extent;
    this.#view = view;
    return this.moveTo(this.position);
  }

  /** Go to *position*, as near as there is; returns the offset to scroll to. */
  moveTo(position: number): number {
    this.position = Math.max(0, Math.min(position, this.end));
    this.#offset = this.#offsetOf(this.position);
    return this.#offset;
  }

  /** The browser set the offset to what it made of the one returned. */
  landed(offset: number): void {
    this.#offset = offset;
  }

  /** The reader scrolled to *offset*. Returns the offset to put right, or null. */
  scrolled(offset: number): number | null {
    const by = offset - this.#offset;
    if (by === 0) return null;
    this.#offset = offset;
    // A third of a pixel of the scrollbar, which is about as long as the sight.
    const isDragged = Math.abs(by) > this.length / Math.max(1, this.#view) / 3;
    if (!this.stretches || isDragged) {
      this.position = this.#positionOf(offset);
      return null;
    }
    this.position = Math.max(0, Math.min(this.position + by, this.end));
    const right = this.#offsetOf(this.position);
    const nearEnd = offset < NARROW || offset > this.length - this.#view - NARROW;
    return nearEnd && Math.abs(right - offset) > NARROW ? this.moveTo(this.position) : null;
  }

  /** The scrolling rests; returns the offset to put right, or null. */
  rested(): number | null {
    const right = this.#offsetOf(this.position);
    return Math.abs(right - this.#offset) < 1 ? null : this.moveTo(this.position);
  }

  /** Positions per offset between the exact ends. */
  get #slope(): number {
    return (this.end - 2 * EXACT) / (this.length - this.#view - 2 * EXACT);
  }

  #offsetOf(position: number): number {
    if (!this.stretches || position <= EXACT) return position;
    if (position >= this.end - EXACT) return this.length - this.#view - (this.end - position);
    return EXACT + (position - EXACT) / this.#slope;
  }

  #positionOf(offset: number): number {
    const last = this.length - this.#view;
    if (!this.stretches || offset <= EXACT) return Math.max(0, Math.min(offset, this.end));
    if (offset >= last - EXACT) return Math.min(this.end, this.end - (last - offset));
    return EXACT + (offset - EXACT) * this.#slope;
  }
}
