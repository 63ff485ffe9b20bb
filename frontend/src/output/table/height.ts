/** How tall a grid is, known before its code is loaded. In pixels of a page whose root font has 16. */
import type { OutputItem } from "../../backend/types";
import { TABLE } from "../rendering/formats";
import { scale } from "../rendering/scale";
import { MAX_WHOLE, showsHistograms } from "./data/histograms";

export const ROW_HEIGHT = 24;
const HEAD_HEIGHT = 44;
const FOOT_HEIGHT = 28;
const ROWS_IN_SIGHT = 10;
/** What a heading is taller by that shows how the column's values are distributed. */
const HISTOGRAM_HEIGHT = 16;
const BORDERS = 2;

/** How tall the headings of a table of *rows* are whose columns are of *kinds*. */
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
