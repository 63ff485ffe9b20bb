/** How the values of columns are distributed, as their headings show it: asked for one by one, when nothing else is. */
import type { Column, Rect, Summary, TableWindow } from "./table";

/** A table of at most so many rows is shown whole. */
export const MAX_WHOLE = 25;
/** A summary of more rows than this is made only when somebody asks for it. */
const MAX_SUMMARISED = 200_000;

/** Whether values of *kind* have a histogram. */
function hasHistogram(kind: unknown): boolean {
  return kind === "number" || kind === "time";
}

/** Whether headings of a table of *rows* whose columns are of *kinds* show histograms: a few rows are seen as they are. */
export function showsHistograms(rows: number, kinds: readonly unknown[]): boolean {
  return rows > MAX_WHOLE && rows <= MAX_SUMMARISED && kinds.some(hasHistogram);
}

export class Histograms {
  /** Null where it was asked for and has not come. */
  readonly #known = new Map<number, readonly number[] | null>();
  readonly #areShown: boolean;

  /** For the table of which *window* is the first. */
  constructor({ totalRows, headings }: TableWindow) {
    const kinds = headings.map(({ kind }) => kind);
    this.#areShown = showsHistograms(totalRows, kinds);
  }

  /** How many values of *column* are in each of equal bins; null while nobody knows. */
  of(column: number): readonly number[] | null {
    return this.#known.get(column) ?? null;
  }

  /** The first column in *sight* to ask for. */
  missing(sight: Rect, heading: (column: number) => Column): number | undefined {
    if (!this.#areShown) return undefined;
    const columns = Array.from({ length: sight.columns }, (_, at) => sight.column + at);
    return columns.find((column) => hasHistogram(heading(column).kind) && !this.#known.has(column));
  }

  async load(column: number, ask: () => Promise<{ summary: Summary; changed: boolean }>): Promise<void> {
    this.#known.set(column, null);
    try {
      const { summary, changed } = await ask();
      if (!changed && summary.histogram?.some((bin) => bin > 0)) this.#known.set(column, summary.histogram);
    } catch (error) {
      // Nobody has asked for it: a heading without one is no trouble.
      if (!(error instanceof Error)) throw error;
    }
  }

  /** The object is another than it was. */
  clear(): void {
    this.#known.clear();
  }
}
