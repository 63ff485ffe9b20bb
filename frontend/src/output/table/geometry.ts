import type { GridModel } from "./data/model";
import { HEAD, INDEX, type Place } from "./data/selection";
import type { Frame } from "./frame";

/** In pixels. */
export interface GridSizes {
  /** The height of a row, and of the headings. */
  readonly row: number;
  readonly head: number;
  /** The width of the rows' names. */
  readonly index: number;
}

/** Where *frame* is when it has scrolled as little as it takes to have *place* whole in sight. */
export function scrolledTo(
  { row, column }: Place,
  frame: Frame,
  columns: GridModel["columns"],
  sizes: GridSizes,
): { x: number; y: number } {
  let { x, y } = frame;
  if (row !== HEAD) {
    const top = row * sizes.row;
    const height = frame.height - sizes.head;
    if (top < y) y = top;
    else if (top + sizes.row > y + height) y = top + sizes.row - height;
  }
  if (column !== INDEX) {
    const left = columns.start(column);
    const width = frame.width - sizes.index;
    const right = left + Math.min(columns.size(column), width);
    if (left < x) x = left;
    else if (right > x + width) x = right - width;
  }
  return { x, y };
}

/** The first and the last of *rows* of which all is in sight. */
export function wholeRows(frame: Frame, rows: number, sizes: GridSizes): [first: number, last: number] {
  const first = Math.ceil(frame.y / sizes.row);
  // Half a pixel less than all of it is all of it.
  const last = Math.floor((frame.y + frame.height - sizes.head + 0.5) / sizes.row) - 1;
  return [first, Math.max(first, Math.min(last, rows - 1))];
}

/** The place of *model* under a point of the window; the nearest when it is outside of the *viewport*. */
export function placeUnder(
  clientX: number,
  clientY: number,
  viewport: HTMLElement,
  frame: Frame,
  model: GridModel,
  sizes: GridSizes,
): Place {
  const edge = viewport.getBoundingClientRect();
  const within = (at: number, low: number, high: number) => Math.max(low, Math.min(at, high));
  const x = within(clientX - edge.left, sizes.index, edge.width) - sizes.index + frame.x;
  const y = within(clientY - edge.top, sizes.head, edge.height - 1) - sizes.head + frame.y;
  return { row: within(Math.floor(y / sizes.row), 0, model.rows - 1), column: model.columns.at(x) };
}
