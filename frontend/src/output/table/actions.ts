/** The actions of a grid, bound to keys and pointers. */
import type { GridModel } from "./data/model";
import { columnsAt, extendedTo, type Place, type Selection } from "./data/selection";
import type { Frame } from "./frame";
import { keysIn } from "./keys";
import { listenToPointer } from "./pointer";
import type { Viewport } from "./viewport";

/** What a reader can do to a grid. */
export interface GridActions {
  readonly viewport: Viewport;
  readonly frame: Frame;
  readonly model: GridModel;
  selection(): Selection;
  /** The first row in sight. */
  firstRow(): number;
  /** Rows that a page key moves. */
  page(): number;
  /** The place under a point of the window; the nearest when it is outside. */
  placeAt(x: number, y: number): Place;
  /** *place* was pressed: begin a selection, or with *extend* end one. */
  press(place: Place, extend: boolean): void;
  select(selection: Selection, options: { reveal: boolean }): void;
  /** The heading of *column* has the keyboard from now on. */
  selectHeading(column: number): void;
  focus(): void;
  sort(column: number, among: boolean): void;
  menu(column: number): void;
  /** *column* is to be *width* pixels wide; *done* when it is the last word. */
  widen(column: number, width: number, done: boolean): void;
  /** With *labels*: the headings and the rows' names too. */
  copy(labels: boolean): void;
  search(): void;
}

/** Listen until *signal*. */
export function listenToKeys(actions: GridActions, signal: AbortSignal): void {
  const { model } = actions;
  keysIn(
    actions.viewport.dom,
    {
      ...actions,
      shape: () => ({ rows: model.rows, columns: model.columnCount }),
      select: (selection) => actions.select(selection, { reveal: true }),
      widen: (column, by) => actions.widen(column, model.columns.size(column) + by, true),
    },
    signal,
  );
}

/** Listen until *signal*. */
export function listenToPointers(actions: GridActions, signal: AbortSignal): void {
  const { viewport, frame, model } = actions;
  listenToPointer(
    viewport.dom,
    {
      ...actions,
      placeOf: (target) => viewport.placeOf(target),
      drag: (place) => {
        const selection = actions.selection();
        if (selection.focus.row === place.row && selection.focus.column === place.column) return;
        actions.select(extendedTo(selection, place), { reveal: false });
      },
      scrollBy: (x, y) => frame.moveTo(frame.x + x, frame.y + y),
      sort: (column, among) => {
        actions.selectHeading(column);
        actions.sort(column, among);
        actions.focus();
      },
      selectColumn: (column, extend) => {
        const selection = actions.selection();
        const row = actions.firstRow();
        const extends_ = extend && selection.extent === "columns";
        actions.select(extends_ ? extendedTo(selection, { row, column }) : columnsAt(column, row), {
          reveal: false,
        });
      },
      menu: (column) => {
        actions.selectHeading(column);
        actions.menu(column);
      },
      width: (column) => model.columns.size(column),
      fit: (column) => model.fit(column),
    },
    signal,
  );
}
