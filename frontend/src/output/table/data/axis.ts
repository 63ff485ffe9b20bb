/** An axis of the grid, in pixels: where a row or column begins, and which one is at a place. */

export class Axis {
  readonly #own = new Map<number, number>();
  /** Those of an own size, in order, and by how much each and all before it differ from the usual. */
  #numbers: number[] = [];
  #differences: number[] = [];
  #stale = false;

  /** *count* rows or columns, each *usual* pixels long until it is given a size of its own. */
  constructor(
    readonly count: number,
    readonly usual: number,
  ) {}

  get extent(): number {
    return this.start(this.count);
  }

  size(number: number): number {
    return this.#own.get(number) ?? this.usual;
  }

  resize(number: number, size: number): void {
    this.#own.set(number, size);
    this.#stale = true;
  }

  isResized(number: number): boolean {
    return this.#own.has(number);
  }

  /** Where *number* begins; that of `count` is where all end. */
  start(number: number): number {
    this.#settle();
    // How many of an own size come before it.
    let low = 0;
    let high = this.#numbers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#numbers[middle] as number) < number) low = middle + 1;
      else high = middle;
    }
    return number * this.usual + (low > 0 ? (this.#differences[low - 1] as number) : 0);
  }

  /** The one that covers *place*; the first before all, the last behind all. */
  at(place: number): number {
    let low = 0;
    let high = Math.max(0, this.count - 1);
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.start(middle) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #settle(): void {
    if (!this.#stale) return;
    this.#stale = false;
    this.#numbers = [...this.#own.keys()].sort((one, other) => one - other);
    let sum = 0;
    this.#differences = this.#numbers.map((number) => {
      sum += this.size(number) - this.usual;
      return sum;
    });
  }
}
