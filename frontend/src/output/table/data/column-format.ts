/**
 * How the texts of one column are shown: numbers with common decimals, so that their points stand below each other, and
 * their thousands set apart; moments without the midnight that all of them have. What is copied or saved stays as it is.
 */
import { type Cell, type Column, cellText } from "./table";

const NUMBER = /^([-−]?)(\d+)(?:\.(\d+))?$/;
const MIDNIGHT = /^(\d{4}-\d\d-\d\d)[ T]00:00:00(?:\.0+)?$/;
/** More decimals than this are not filled up with zeros, which would claim what nobody measured. */
const MAX_ZEROS = 6;
/** Numbers of so many digits have their thousands set apart: years have none. */
const MIN_GROUPED = 5;
/** As wide as a digit. */
const FIGURE_SPACE = "\u2007";
/** As wide as a point. */
const POINT_SPACE = "\u2008";

export class ColumnFormat {
  #decimals = 0;
  #digits = 0;
  #isMidnight = true;

  /** Take *cells* of *column* into account. */
  take(column: Pick<Column, "kind" | "isFormatted">, cells: readonly Cell[]): void {
    if (column.kind === "time") {
      this.#isMidnight &&= cells.every((cell) => typeof cell !== "string" || MIDNIGHT.test(cell));
    } else if (column.kind === "number" && !column.isFormatted)
      for (const cell of cells) {
        const match = typeof cell === "string" && NUMBER.exec(cell);
        if (!match) continue;
        this.#digits = Math.max(this.#digits, match[2]?.length ?? 0);
        this.#decimals = Math.max(this.#decimals, match[3]?.length ?? 0);
      }
  }

  /** What *cell* of *column* says in the grid. */
  show(column: Pick<Column, "kind" | "isFormatted">, cell: Cell): string {
    const text = cellText(cell);
    if (typeof cell !== "string" || column.isFormatted) return text;
    if (column.kind === "time") return this.#isMidnight ? withoutMidnight(text) : text;
    return column.kind === "number" ? this.#number(text) : text;
  }

  #number(text: string): string {
    const match = NUMBER.exec(text);
    if (!match) return text;
    const [, sign = "", whole = "", fraction = ""] = match;
    const grouped = this.#digits >= MIN_GROUPED ? whole.replace(/\B(?=(?:\d{3})+$)/g, ",") : whole;
    if (this.#decimals === 0) return sign + grouped;
    const missing = this.#decimals - fraction.length;
    const padding = (this.#decimals <= MAX_ZEROS ? "0" : FIGURE_SPACE).repeat(missing);
    const point = fraction || this.#decimals <= MAX_ZEROS ? "." : POINT_SPACE;
    return `${sign}${grouped}${point}${fraction}${padding}`;
  }
}

export function withoutMidnight(text: string): string {
  return text.replace(MIDNIGHT, "$1");
}

/** Whether all of *labels* are days. */
export function areDays(labels: readonly string[]): boolean {
  return labels.length > 0 && labels.every((label) => MIDNIGHT.test(label));
}
