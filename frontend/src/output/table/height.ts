/** How tall a grid is, known before its code is loaded. In pixels of a page whose root font has 16. */
import type { OutputItem } from "../../backend/types";
import { scale } from "../rendering/scale";

/** The MIME type of a table that can be asked for more. */
export const TABLE = "application/vnd.rdit.table+json";

export const ROW_HEIGHT = 24;
export const HEAD_HEIGHT = 44;
export const FOOT_HEIGHT = 28;
/** Rows that a grid shows until a reader makes it taller. */
export const ROWS_IN_SIGHT = 10;
const BORDERS = 2;

/** The height in pixels of the grid of *item*; null when it is no table. */
export function gridHeight(item: OutputItem): number | null {
  const table = item.data?.[TABLE] as { window?: { rows?: unknown } } | undefined;
  const rows = table?.window?.rows;
  if (typeof rows !== "number") return null;
  const shown = Math.max(1, Math.min(rows, ROWS_IN_SIGHT));
  return (shown * ROW_HEIGHT + HEAD_HEIGHT + FOOT_HEIGHT) * scale() + BORDERS;
}
