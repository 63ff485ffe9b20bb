/**
 * The viewport of a grid: headings, rows' names and cells that are in sight, and nothing else in the document.
 *
 * It stays where it is while the frame around it scrolls, and is drawn anew for each place, before the frame is shown;
 * so headings never lag behind and there is no blank strip to run into. Rows and cells are used again for others.
 */
import { element } from "../../ui/element";
import type { GridModel, Measure } from "./data/model";
import { contains, HEAD, INDEX, type Place, type Selection, selected } from "./data/selection";
import type { Rect } from "./data/table";
import { type Drawing, HeadingView } from "./heading-view";
import { PADDING } from "./measure";
import "./viewport.css";

/** What is in sight, in pixels of the whole. */
export interface Sight {
  x: number;
  y: number;
  width: number;
  height: number;
}

export class Viewport {
  readonly head = element("div", { class: "rdit-grid-head", role: "row", "aria-rowindex": 1 });
  readonly #corner: HTMLElement;
  readonly #headStrip = element("div", { class: "rdit-grid-strip", role: "none" });
  readonly #body = element("div", { class: "rdit-grid-body", role: "rowgroup" });
  readonly dom: HTMLElement;
  readonly #headings: HeadingView[] = [];
  #rows: RowView[] = [];
  #first = 0;

  constructor(
    readonly rowHeight: number,
    readonly headHeight: number,
  ) {
    this.#corner = element("div", { class: "rdit-grid-corner", "aria-colindex": 1 });
    this.head.append(this.#corner, this.#headStrip);
    this.head.style.blockSize = this.#body.style.insetBlockStart = `${headHeight}px`;
    this.dom = element(
      "div",
      { class: "rdit-grid-stage", role: "grid", "aria-multiselectable": "true" },
      element("div", { class: "rdit-grid-headings", role: "rowgroup" }, this.head),
      this.#body,
    );
  }

  /** Draw what is in *sight* of *model*; the rows' names are *indexWidth* wide. Returns the cells that are in sight. */
  draw(model: GridModel, sight: Sight, indexWidth: number, selection: Selection): Rect {
    const { columns: axis } = model;
    const height = Math.max(0, sight.height - this.headHeight);
    const row = Math.max(0, Math.min(model.rows - 1, Math.floor(sight.y / this.rowHeight)));
    const endRow = Math.min(model.rows, Math.ceil((sight.y + height) / this.rowHeight) + 1);
    const column = axis.at(sight.x);
    const last = axis.at(sight.x + Math.max(0, sight.width - indexWidth));
    const rect = {
      row,
      rows: Math.max(0, endRow - row),
      column,
      columns: axis.count === 0 ? 0 : last - column + 1,
    };
    const drawing: Drawing = {
      model,
      rect,
      left: axis.start(column) - sight.x + indexWidth,
      indexWidth,
      range: selected(selection, { rows: model.rows, columns: model.columnCount }),
      focus: selection.focus,
    };
    this.#drawHead(drawing);
    this.#arrangeRows(rect);
    this.#rows.forEach((view, at) => {
      view.draw(row + at, drawing);
    });
    this.#body.style.transform = `translate(0, ${row * this.rowHeight - sight.y}px)`;
    return rect;
  }

  /** The element at *place*, when it is in sight. */
  elementAt({ row, column }: Place): HTMLElement | null {
    if (row === HEAD) {
      if (column === INDEX) return this.#corner;
      return this.#headings.find((view) => view.column === column)?.dom ?? null;
    }
    return this.#rows[row - this.#first]?.elementAt(column) ?? null;
  }

  /** The place that *target* is in; null when it is in none. */
  placeOf(target: EventTarget | null): Place | null {
    if (!(target instanceof Element) || !this.dom.contains(target)) return null;
    if (this.#corner.contains(target)) return { row: HEAD, column: INDEX };
    const heading = this.#headings.find(({ dom }) => dom.contains(target));
    if (heading) return { row: HEAD, column: heading.column };
    const at = this.#rows.findIndex(({ dom }) => dom.contains(target));
    const column = this.#rows[at]?.columnOf(target) ?? null;
    return column === null ? null : { row: this.#first + at, column };
  }

  #drawHead(drawing: Drawing): void {
    const { model, rect, left, indexWidth, focus } = drawing;
    this.#corner.textContent = model.indexName;
    this.#corner.title = "Select everything";
    // A heading without words is none to those who listen.
    this.#corner.setAttribute("role", model.indexName ? "columnheader" : "gridcell");
    this.#corner.setAttribute("aria-label", model.indexName || "Select everything");
    this.#corner.style.width = `${indexWidth}px`;
    this.#corner.tabIndex = focus.row === HEAD && focus.column === INDEX ? 0 : -1;
    this.#headStrip.style.transform = `translate(${left}px, 0)`;
    resizeTo(this.#headings, rect.columns, this.#headStrip, () => new HeadingView());
    this.#headings.forEach((view, at) => {
      view.draw(rect.column + at, drawing);
    });
  }

  /** Have one element for each row of *rect*; those that stay in sight stay with their row. */
  #arrangeRows(rect: Rect): void {
    const shift = rect.row - this.#first;
    this.#first = rect.row;
    resizeTo(this.#rows, rect.rows, this.#body, () => new RowView(this.rowHeight));
    if (shift === 0 || Math.abs(shift) >= this.#rows.length) return;
    if (shift > 0) {
      const above = this.#rows.splice(0, shift);
      this.#rows.push(...above);
      this.#body.append(...above.map((view) => view.dom));
    } else {
      const below = this.#rows.splice(shift);
      this.#rows.unshift(...below);
      this.#body.prepend(...below.map((view) => view.dom));
    }
  }
}

/** Make *views* so many, in the document too. */
function resizeTo<View extends { dom: HTMLElement }>(
  views: View[],
  length: number,
  parent: HTMLElement,
  make: () => View,
) {
  while (views.length > length) views.pop()?.dom.remove();
  while (views.length < length) {
    const view = make();
    views.push(view);
    parent.append(view.dom);
  }
}

class RowView {
  readonly dom = element("div", { class: "rdit-grid-row", role: "row" });
  readonly #name = element("div", { class: "rdit-grid-name", role: "rowheader", "aria-colindex": 1 });
  readonly #strip = element("div", { class: "rdit-grid-strip", role: "none" });
  readonly #cells: CellView[] = [];
  #row = -1;
  #left = Number.NaN;
  #indexWidth = -1;
  #label = "";
  #isFocus = false;

  constructor(height: number) {
    this.dom.style.height = `${height}px`;
    this.dom.append(this.#name, this.#strip);
  }

  elementAt(column: number): HTMLElement | null {
    if (column === INDEX) return this.#name;
    return this.#cells.find((view) => view.column === column)?.dom ?? null;
  }

  /** The column whose cell *target* is in; null when it is in none. */
  columnOf(target: Element): number | null {
    if (this.#name.contains(target)) return INDEX;
    return this.#cells.find(({ dom }) => dom.contains(target))?.column ?? null;
  }

  draw(row: number, drawing: Drawing): void {
    const { model, rect, left, indexWidth, focus, range } = drawing;
    if (row !== this.#row) {
      this.#row = row;
      this.dom.setAttribute("aria-rowindex", String(row + 2));
      this.dom.classList.toggle("is-odd", row % 2 === 1);
    }
    if (indexWidth !== this.#indexWidth) {
      this.#indexWidth = indexWidth;
      this.#name.style.width = `${indexWidth}px`;
    }
    const label = model.labelOf(row);
    if (label !== this.#label) {
      this.#label = label;
      this.#name.textContent = onOneLine(label);
      this.#name.classList.toggle("is-cut", isTooLong(label, "usual", indexWidth, model.measure));
    }
    const isFocus = focus.row === row && focus.column === INDEX;
    if (isFocus !== this.#isFocus) {
      this.#isFocus = isFocus;
      this.#name.tabIndex = isFocus ? 0 : -1;
    }
    this.#name.classList.toggle(
      "is-selected",
      range !== null && row >= range.row && row < range.row + range.rows,
    );
    if (left !== this.#left) {
      this.#left = left;
      this.#strip.style.transform = `translate(${left}px, 0)`;
    }
    resizeTo(this.#cells, rect.columns, this.#strip, () => new CellView());
    for (let at = 0; at < this.#cells.length; at += 1)
      (this.#cells[at] as CellView).draw(row, rect.column + at, drawing);
  }
}

/** What a class list says of a cell that has not arrived. */
const PENDING = "rdit-grid-cell is-pending";

class CellView {
  readonly dom = element("div", { class: PENDING, role: "gridcell" });
  column = -1;
  readonly #content = document.createTextNode("");
  #text = "";
  /** Null while it has to be found out. */
  #isCut: boolean | null = null;
  #width = -1;
  #class = PENDING;
  #isSelected = false;
  #isFocus = false;

  constructor() {
    this.dom.append(this.#content);
  }

  draw(row: number, column: number, { model, range, focus }: Drawing): void {
    if (column !== this.column) {
      this.column = column;
      this.dom.setAttribute("aria-colindex", String(column + 2));
    }
    const width = model.columns.size(column);
    if (width !== this.#width) {
      this.#width = width;
      this.dom.style.width = `${width}px`;
      this.#isCut = null;
    }
    const cell = model.tiles.cell(row, column);
    const text = onOneLine(model.shown(row, column) ?? "");
    if (text !== this.#text) {
      this.#text = text;
      this.#content.data = text;
      this.#isCut = null;
    }
    this.#isCut ??= isTooLong(
      this.#text,
      typeof cell === "object" && "nested" in cell ? "code" : "usual",
      width,
      model.measure,
    );
    const isSelected = contains(range, row, column);
    const isFocus = focus.row === row && focus.column === column;
    let classes = cell === undefined ? PENDING : `rdit-grid-cell is-${model.heading(column).kind}`;
    if (typeof cell === "object") classes += "missing" in cell ? " is-missing" : " is-structure";
    if (this.#isCut) classes += " is-cut";
    if (isSelected) classes += " is-selected";
    if (isFocus) classes += " is-focus";
    if (classes !== this.#class) {
      this.#class = classes;
      this.dom.className = classes;
    }
    if (isSelected !== this.#isSelected) {
      this.#isSelected = isSelected;
      if (isSelected) this.dom.setAttribute("aria-selected", "true");
      else this.dom.removeAttribute("aria-selected");
    }
    if (isFocus !== this.#isFocus) {
      this.#isFocus = isFocus;
      if (isFocus) this.dom.tabIndex = 0;
      else this.dom.removeAttribute("tabindex");
    }
  }
}

/** Whether *text* needs to be cut in *width* pixels. Only then: each element that clips costs the browser a layer's worth. */
function isTooLong(text: string, face: "usual" | "code", width: number, measure: Measure): boolean {
  const room = width - PADDING;
  // No letter is so wide, hardly one so narrow, that it has to be measured.
  if (text.length * 16 <= room) return false;
  return text.length * 3 > room || measure.text(text, face) > room + 0.5;
}

/** *text* in a single line, with a sign where it had several. */
function onOneLine(text: string): string {
  return /[\n\r\t\f\v]/.test(text) ? text.replace(/\r\n|[\n\r\f\v]/g, "↵").replaceAll("\t", "⇥") : text;
}
