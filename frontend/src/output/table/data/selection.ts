/** The selection of a grid, and which cell has the focus. Values that are never changed, only replaced. */
import type { Rect } from "./table";

/** A cell; row `HEAD` is the headings', column `INDEX` that of the rows' names. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

export const HEAD = -1;
export const INDEX = -1;

export interface Selection {
  /** Where the selecting began. */
  readonly anchor: Place;
  /** Where it has come to, and where the keyboard is. */
  readonly focus: Place;
  readonly extent: "cells" | "rows" | "columns" | "all";
}

export interface Shape {
  readonly rows: number;
  readonly columns: number;
}

export function selectionAt(place: Place): Selection {
  return { anchor: place, focus: place, extent: "cells" };
}

/** The same beginning, but ending at *place*. */
export function extendedTo(selection: Selection, place: Place): Selection {
  return { ...selection, focus: place };
}

export function rowsAt(row: number, column: number): Selection {
  const place = { row, column };
  return { anchor: place, focus: place, extent: "rows" };
}

export function columnsAt(column: number, row: number): Selection {
  const place = { row, column };
  return { anchor: place, focus: place, extent: "columns" };
}

export function everything(focus: Place): Selection {
  return { anchor: focus, focus, extent: "all" };
}

/** The cells that are selected; null when the keyboard is on a heading or a row's name and nothing else is meant. */
export function selected({ anchor, focus, extent }: Selection, shape: Shape): Rect | null {
  if (shape.rows === 0 || shape.columns === 0) return null;
  const whole = { row: 0, rows: shape.rows, column: 0, columns: shape.columns };
  if (extent === "all") return whole;
  const row = Math.min(anchor.row, focus.row);
  const rows = Math.abs(anchor.row - focus.row) + 1;
  const column = Math.min(anchor.column, focus.column);
  const columns = Math.abs(anchor.column - focus.column) + 1;
  if (extent === "rows") return row < 0 ? null : { ...whole, row, rows };
  if (extent === "columns") return column < 0 ? null : { ...whole, column, columns };
  return row < 0 || column < 0 ? null : { row, rows, column, columns };
}

export function contains(rect: Rect | null, row: number, column: number): boolean {
  return (
    rect !== null &&
    row >= rect.row &&
    row < rect.row + rect.rows &&
    column >= rect.column &&
    column < rect.column + rect.columns
  );
}

export interface Press {
  readonly key: string;
  readonly shift: boolean;
  /** Ctrl, or Cmd. */
  readonly control: boolean;
}

/** Where a key leads; null when it leads nowhere. *page* is the number of rows that a page key moves. */
export function moved(selection: Selection, press: Press, shape: Shape, page: number): Selection | null {
  const { key, shift, control } = press;
  if (control && !shift && key.toLowerCase() === "a") return everything(selection.focus);
  if (key === " " && shift && !control)
    return rowsAt(Math.max(0, selection.focus.row), selection.focus.column);
  if (key === " " && control && !shift)
    return columnsAt(Math.max(0, selection.focus.column), Math.max(0, selection.focus.row));
  const place = destination(selection.focus, key, control, shape, page);
  if (!place) return null;
  if (!shift) return selectionAt(place);
  // A range has neither headings nor rows' names in it.
  const within = { row: Math.max(0, place.row), column: Math.max(0, place.column) };
  const { anchor, extent } = selection;
  const from = { row: Math.max(0, anchor.row), column: Math.max(0, anchor.column) };
  return { anchor: from, focus: within, extent: extent === "all" ? "cells" : extent };
}

function destination(from: Place, key: string, far: boolean, shape: Shape, page: number): Place | null {
  const last = { row: shape.rows - 1, column: shape.columns - 1 };
  const at = (row: number, column: number) => ({
    row: Math.max(HEAD, Math.min(row, last.row)),
    column: Math.max(INDEX, Math.min(column, last.column)),
  });
  switch (key) {
    case "ArrowDown":
      return at(far ? last.row : from.row + 1, from.column);
    case "ArrowUp":
      // To the first row first; from there on to the heading.
      return at(far ? (from.row > 0 ? 0 : HEAD) : from.row - 1, from.column);
    case "ArrowRight":
      return at(from.row, far ? last.column : from.column + 1);
    case "ArrowLeft":
      return at(from.row, far ? (from.column > 0 ? 0 : INDEX) : from.column - 1);
    case "PageDown":
      return at(Math.max(0, from.row) + page, from.column);
    case "PageUp":
      return at(Math.max(0, from.row - page), from.column);
    case "Home":
      return far ? at(0, 0) : at(from.row, 0);
    case "End":
      return far ? at(last.row, last.column) : at(from.row, last.column);
    default:
      return null;
  }
}
