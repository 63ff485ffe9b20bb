import type { RenderContext } from "../rendering/rendering";
import { GridModel, type Query } from "./data/model";
import { HEAD, type Selection, selectionAt } from "./data/selection";
import type { TableDisplay } from "./data/table";
import { measureOfText } from "./measure";

/** What a reader did to a grid, for when the editor makes it anew after it was out of sight. */
export interface GridMemory {
  model: GridModel;
  selection: Selection;
  x: number;
  y: number;
  indexWidth: number;
  /** How many rows the reader wants in sight; null while they did not say. */
  rowsInSight: number | null;
}

const memories = new WeakMap<object, GridMemory>();

/** What is remembered of the table that *data* describes, or a new beginning; *context* asks the kernel from now on. */
export function gridMemory(data: object, display: TableDisplay, context: RenderContext): GridMemory {
  const query: Query = async (request) => {
    if (!context.query) throw new Error("There is no kernel to ask here.");
    return context.query(display.handle, request);
  };
  const known = memories.get(data);
  if (known) {
    known.model.query = query;
    return known;
  }
  const memory: GridMemory = {
    model: new GridModel(display, query, measureOfText()),
    selection: selectionAt({ row: HEAD, column: 0 }),
    x: 0,
    y: 0,
    indexWidth: 0,
    rowsInSight: null,
  };
  memories.set(data, memory);
  return memory;
}
