/** How tall a grid is, known before its code is loaded. In pixels of a page whose root font has 16. */
import type { OutputItem } from "../../backend/types";
import { scale } from "../rendering/scale";

/** The MIME type of a table that can be asked for more. */
export const TABLE = "application/vnd.rdit.table+json";

export const ROW_HEIGHT = 24;
const HEAD_HEIGHT = 44;
const FOOT_HEIGHT = 28;
/** A table of at most so many rows is shown whole. */
const MAX_WHOLE = 25;
const ROWS_IN_SIGHT = 10;
/** What a heading is taller by that shows how the column's values are distributed. */
const HISTOGRAM_HEIGHT = 16;
/** A summary of more rows than this is made only when somebody asks for it. */
const MAX_SUMMARISED = 200_000;
const BORDERS = 2;

/** Whether values of *kind* have a histogram. */
export function hasHistogram(kind: unknown): boolean {
  return kind === "number" || kind === "time";
}

/** Whether headings of a table of *rows* whose columns are of *kinds* show histograms: a few rows are seen as they are. */
export function showsHistograms(rows: number, kinds: readonly unknown[]): boolean {
  return rows > MAX_WHOLE && rows <= MAX_SUMMARISED && kinds.some(hasHistogram);
}

/** How tall its headings are. */
export function headHeight(rows: number, kinds: readonly unknown[]): number {
  return HEAD_HEIGHT + (showsHistograms(rows, kinds) ? HISTOGRAM_HEIGHT : 0);
}

/** How many of *rows* a grid shows until a reader makes it taller. */
export function rowsInSight(rows: number): number {
  return rows <= MAX_WHOLE ? rows : ROWS_IN_SIGHT;
}

interface Described {
  window?: { rows?: unknown; totalRows?: unknown; columns?: readonly { kind?: unknown }[] };
}

/** The height in pixels of the grid of *item*; null when it is no table. */
export function gridHeight(item: OutputItem): number | null {
  const { rows, totalRows, columns } = (item.data?.[TABLE] as Described | undefined)?.window ?? {};
  if (typeof rows !== "number" || !Array.isArray(columns)) return null;
  const shown = Math.max(1, rowsInSight(rows));
  const total = typeof totalRows === "number" ? totalRows : rows;
  const head = headHeight(
    total,
    columns.map(({ kind }) => kind),
  );
  return (shown * ROW_HEIGHT + head + FOOT_HEIGHT) * scale() + BORDERS;
}
