/**
 * A table as a grid, of any size: only what is in sight is in the document, and only that is asked of the kernel.
 *
 * `GridModel` knows what has arrived and asks for more; `Viewport` draws what is in sight; `Frame` knows where that is.
 * Here they are joined, and pointer and keys are told what they do.
 */
import "./grid.css";
import type { OutputItem } from "../../backend/types";
import { size } from "../../ui/amounts";
import { element } from "../../ui/element";
import { copyOut } from "../rendering/clipboard";
import { button } from "../rendering/controls";
import type { Copied, RenderContext, Rendering, Saved } from "../rendering/rendering";
import { GridModel, type Query } from "./data/model";
import { type Rect, type TableDisplay, tableDisplay } from "./data/table";
import { copiedText, csvFile, MOST_COPIED, shownText } from "./data/tsv";
import { isPlain, nextDirection, sortedBy, type View } from "./data/view";
import { Footer, shapeInWords } from "./footer";
import { Frame } from "./frame";
import { FrameHeight } from "./frame-height";
import { HEAD_HEIGHT, ROW_HEIGHT, scale, TABLE } from "./height";
import { keysIn } from "./keys";
import { measureOfText, NARROWEST } from "./measure";
import { ColumnMenu } from "./menu";
import { listenToPointer } from "./pointer";
import {
  columnsAt,
  everything,
  extendedTo,
  HEAD,
  INDEX,
  type Place,
  rowsAt,
  type Selection,
  selected,
  selectionAt,
} from "./selection";
import { Toolbar } from "./toolbar";
import { Viewport } from "./viewport";

const WIDEST_INDEX = 240;

/** What a reader did to a grid, for when the editor makes it anew after it was out of sight. */
interface Kept {
  model: GridModel;
  selection: Selection;
  x: number;
  y: number;
  indexWidth: number;
  /** How many rows the reader wants in sight; null while they did not say. */
  rowsInSight: number | null;
}

const keptOf = new WeakMap<object, Kept>();

/** The grid of *item*; null when it holds no table. */
export function renderGrid(item: OutputItem, context: RenderContext): Rendering | null {
  const data = item.data?.[TABLE];
  const display = tableDisplay(data);
  return display && new Grid(item, data as object, display, context);
}

class Grid implements Rendering {
  readonly dom: HTMLElement;
  changed: (() => void) | undefined;
  readonly #kept: Kept;
  readonly #model: GridModel;
  readonly #viewport: Viewport;
  readonly #frame: Frame;
  readonly #toolbar: Toolbar;
  readonly #footer: Footer;
  readonly #height: FrameHeight;
  readonly #letGo = new AbortController();
  readonly #sizes: ResizeObserver;
  readonly #rowHeight = ROW_HEIGHT * scale();
  readonly #headHeight = HEAD_HEIGHT * scale();
  #drawing: number | undefined;
  #inSight: Rect = { row: 0, rows: 0, column: 0, columns: 0 };
  #menu: ColumnMenu | null = null;
  #measured = { width: -1, height: -1 };
  #arranged: View;
  /** The place that a key led to, until the reader scrolls: it stays in sight while columns find their width. */
  #revealed: Place | null = null;

  constructor(
    private readonly item: OutputItem,
    private readonly data: object,
    display: TableDisplay,
    private readonly context: RenderContext,
  ) {
    this.#viewport = new Viewport(this.#rowHeight, this.#headHeight);
    this.#frame = new Frame(this.#viewport.dom, () => {
      this.#revealed = null;
      this.#draw();
    });
    this.#kept = this.#recall(display);
    this.#model = this.#kept.model;
    this.#arranged = this.#model.view;
    this.#footer = new Footer(this.#model);
    this.#toolbar = new Toolbar(
      this.#model,
      () => this.context.resized(),
      () => this.#focus(),
    );
    this.#height = new FrameHeight(this.#frame.dom, this.#kept, this.#rowHeight, this.#headHeight, () => {
      this.#measure();
      this.context.resized();
    });
    this.#footer.dom.prepend(
      button("Search this table", () => this.#toolbar.openSearch(), { icon: "search" }),
    );
    this.#footer.dom.append(this.#height.handle);
    this.#viewport.dom.setAttribute("aria-label", `${display.kind}, ${shapeInWords(this.#model)}`);
    this.#viewport.dom.setAttribute("aria-description", DESCRIPTION);
    this.dom = element("div", { class: "rdit-grid" }, this.#toolbar.dom, this.#frame.dom, this.#footer.dom);

    this.#model.listener = {
      changed: () => this.#schedule(),
      rearranged: () => this.#rearranged(),
      widened: (column, by) => this.#widened(column, by),
    };
    this.#listen();
    this.#sizes = new ResizeObserver(() => this.#measure());
    this.#sizes.observe(this.#frame.dom);
  }

  update(item: OutputItem): boolean {
    return item.data?.[TABLE] === this.data;
  }

  destroy(): void {
    this.#letGo.abort();
    this.#sizes.disconnect();
    this.#menu?.close();
    this.#toolbar.destroy();
    this.#frame.destroy();
    if (this.#drawing !== undefined) cancelAnimationFrame(this.#drawing);
    this.#model.listener = null;
  }

  describe(): string {
    return `${this.#model.display.kind}, ${shapeInWords(this.#model)}`;
  }

  /** The selection, or what the output says as text. */
  copy(): string | Copied {
    const range = this.#range();
    if (!range || (range.rows === 1 && range.columns === 1)) return this.item.text;
    return this.#copied(range);
  }

  /** All rows as they are arranged, as CSV. */
  async save(): Promise<Saved | null> {
    let goesOn = true;
    const say = (bytes: number) => {
      this.#footer.task = {
        words: `Saving as CSV, ${size(bytes)} so far…`,
        stop: () => {
          goesOn = false;
        },
      };
      this.#schedule();
      return goesOn;
    };
    say(0);
    try {
      const content = await csvFile(this.#model, say);
      if (!content) this.context.announce("Stopped; nothing was saved.");
      return content && { name: "table.csv", content };
    } catch (error) {
      this.#model.report(error);
      throw error;
    } finally {
      this.#footer.task = null;
      this.#schedule();
    }
  }

  // ------------------------------------------------------------------------------------------------ drawing

  /** What is kept of this table, or a fresh start. */
  #recall(display: TableDisplay): Kept {
    const query: Query = async (request) => {
      if (!this.context.query) throw new Error("There is no kernel to ask here.");
      return this.context.query(display.handle, request);
    };
    const known = keptOf.get(this.data);
    if (known) {
      known.model.query = query;
      return known;
    }
    const model = new GridModel(display, query, measureOfText());
    const fresh: Kept = {
      model,
      selection: selectionAt({ row: HEAD, column: 0 }),
      x: 0,
      y: 0,
      indexWidth: 0,
      rowsInSight: null,
    };
    keptOf.set(this.data, fresh);
    return fresh;
  }

  #schedule(): void {
    this.#drawing ??= requestAnimationFrame(() => {
      this.#drawing = undefined;
      if (!this.#isThere) return;
      const { width, height } = this.#whole();
      if (width !== this.#measured.width || height !== this.#measured.height) this.#measure();
      else this.#place();
    });
  }

  get #isThere(): boolean {
    return !this.#letGo.signal.aborted && this.dom.isConnected;
  }

  /** The size of all of it, in pixels. */
  #whole(): { width: number; height: number } {
    const model = this.#model;
    this.#kept.indexWidth = Math.max(this.#kept.indexWidth, this.#neededIndexWidth());
    return {
      width: this.#kept.indexWidth + model.columns.extent,
      height: this.#headHeight + model.rows * this.#rowHeight,
    };
  }

  /** Something has another size: take it into account and draw. */
  #measure(): void {
    if (!this.#isThere) return;
    this.#measured = this.#whole();
    const { x, y } = this.#kept;
    this.#height.settle(this.#model.rows);
    this.#frame.measure(this.#measured.width, this.#measured.height);
    Object.assign(this.#kept, { x, y });
    this.#place();
  }

  /** Be where the reader is to be, and draw. */
  #place(): void {
    const { x, y } = this.#kept;
    // Only when it has to be: it would cut a smooth scroll short.
    if (x !== this.#frame.x || y !== this.#frame.y) this.#frame.moveTo(x, y);
    if (this.#revealed) this.#reveal(this.#revealed);
    this.#draw();
  }

  /** As wide as the rows' names in sight; never narrower again, so that nothing trembles. */
  #neededIndexWidth(): number {
    const { tiles, indexName } = this.#model;
    const { row, rows } = this.#inSight;
    const names: string[] = [];
    for (let at = row; at < row + Math.max(rows, 20); at += 1) names.push(tiles.label(at) ?? "");
    const isCounted = names.every((name) => /^\d*$/.test(name));
    this.#viewport.dom.classList.toggle("is-counted", isCounted);
    if (isCounted) names.push(String(Math.max(0, this.#model.totalRows - 1)));
    return Math.min(WIDEST_INDEX, this.#model.measure.names(indexName, names));
  }

  #draw(): void {
    const model = this.#model;
    const frame = this.#frame;
    this.#kept.x = frame.x;
    this.#kept.y = frame.y;
    const hadFocus = this.#viewport.dom.contains(document.activeElement);
    const sight = { x: frame.x, y: frame.y, width: frame.width, height: frame.height };
    this.#inSight = this.#viewport.draw(model, sight, this.#kept.indexWidth, this.#kept.selection);
    this.#viewport.dom.setAttribute("aria-rowcount", String(model.rows + 1));
    this.#viewport.dom.setAttribute("aria-colcount", String(model.columnCount + 1));
    this.#viewport.dom.setAttribute("aria-busy", String(model.isRearranging));
    this.dom.classList.toggle("is-cut-off", model.trouble !== null);
    this.dom.classList.toggle("is-rearranging", model.isRearranging);
    this.#toolbar.draw();
    this.#footer.draw(this.#range());
    this.#settleFocus(hadFocus);
    model.see(this.#inSight);
  }

  /** The keyboard is on the cell it belongs to or, while that is out of sight, on the grid as a whole. */
  #settleFocus(hadFocus: boolean): void {
    const { dom } = this.#viewport;
    const goal = this.#viewport.elementAt(this.#kept.selection.focus);
    dom.tabIndex = goal ? -1 : 0;
    if (!hadFocus) return;
    const wanted = goal ?? dom;
    if (document.activeElement !== wanted) wanted.focus({ preventScroll: true });
  }

  #rearranged(): void {
    const { view } = this.#model;
    if (this.#arranged !== view) {
      const sorted = view.sort.map(
        ([column, descending]) => `${this.#model.nameOf(column)}, ${descending ? "descending" : "ascending"}`,
      );
      const words =
        sorted.length > 0
          ? `Sorted by ${sorted.join("; ")}. `
          : isPlain(view)
            ? "In the original order. "
            : "";
      this.context.announce(`${words}${shapeInWords(this.#model)}.`);
      this.#arranged = view;
    }
    const { focus } = this.#kept.selection;
    const row = focus.row === HEAD ? HEAD : 0;
    this.#kept.selection = selectionAt({ row, column: Math.min(focus.column, this.#model.columnCount - 1) });
    this.#kept.y = 0;
    this.#measure();
    this.changed?.();
  }

  #widened(column: number, by: number): void {
    // What is in sight stays where it is when something before it becomes wider.
    if (this.#model.columns.start(column) < this.#kept.x) this.#kept.x += by;
  }

  // ------------------------------------------------------------------------------------------------ acting

  #range(): Rect | null {
    return selected(this.#kept.selection, { rows: this.#model.rows, columns: this.#model.columnCount });
  }

  #select(selection: Selection, options: { reveal: boolean }): void {
    this.#kept.selection = selection;
    this.#revealed = options.reveal ? selection.focus : null;
    if (this.#revealed) this.#reveal(this.#revealed);
    this.#draw();
    this.#focus();
  }

  #focus(): void {
    (this.#viewport.elementAt(this.#kept.selection.focus) ?? this.#viewport.dom).focus({
      preventScroll: true,
    });
  }

  /** Scroll as little as it takes to have *place* whole in sight. */
  #reveal({ row, column }: Place): void {
    let { x, y } = this.#frame;
    const { columns } = this.#model;
    if (row !== HEAD) {
      const top = row * this.#rowHeight;
      const height = this.#frame.height - this.#headHeight;
      if (top < y) y = top;
      else if (top + this.#rowHeight > y + height) y = top + this.#rowHeight - height;
    }
    if (column !== INDEX) {
      const left = columns.start(column);
      const width = this.#frame.width - this.#kept.indexWidth;
      const right = left + Math.min(columns.size(column), width);
      if (left < x) x = left;
      else if (right > x + width) x = right - width;
    }
    if (x !== this.#frame.x || y !== this.#frame.y) this.#frame.moveTo(x, y);
  }

  #listen(): void {
    const { signal } = this.#letGo;
    const model = this.#model;
    const viewport = this.#viewport;
    const shape = () => ({ rows: model.rows, columns: model.columnCount });
    keysIn(
      viewport.dom,
      {
        selection: () => this.#kept.selection,
        shape,
        page: () => Math.max(1, Math.floor((this.#frame.height - this.#headHeight) / this.#rowHeight) - 1),
        select: (selection) => this.#select(selection, { reveal: true }),
        sort: (column, among) => this.#sort(column, among),
        menu: (column) => this.#openMenu(column),
        widen: (column, by) => this.#widen(column, model.columns.size(column) + by, true),
        copy: (labels) => this.#copyRange(labels),
        search: () => this.#toolbar.openSearch(),
      },
      signal,
    );
    listenToPointer(
      viewport.dom,
      {
        placeAt: (x, y) => this.#placeAt(x, y),
        placeOf: (target) => viewport.placeOf(target),
        press: (place, extend) => this.#press(place, extend),
        drag: (place) => {
          const { selection } = this.#kept;
          if (selection.focus.row === place.row && selection.focus.column === place.column) return;
          this.#select(extendedTo(selection, place), { reveal: false });
        },
        scrollBy: (x, y) => this.#frame.moveTo(this.#frame.x + x, this.#frame.y + y),
        sort: (column, among) => {
          this.#kept.selection = selectionAt({ row: HEAD, column });
          this.#sort(column, among);
          this.#focus();
        },
        selectColumn: (column, extend) => {
          const { selection } = this.#kept;
          const row = Math.max(0, this.#inSight.row);
          const extends_ = extend && selection.extent === "columns";
          this.#select(extends_ ? extendedTo(selection, { row, column }) : columnsAt(column, row), {
            reveal: false,
          });
        },
        menu: (column) => {
          this.#kept.selection = selectionAt({ row: HEAD, column });
          this.#openMenu(column);
        },
        width: (column) => model.columns.size(column),
        widen: (column, width, done) => this.#widen(column, width, done),
        fit: (column) => model.fit(column),
      },
      signal,
    );
  }

  #placeAt(clientX: number, clientY: number): Place {
    const edge = this.#viewport.dom.getBoundingClientRect();
    const model = this.#model;
    const within = (at: number, low: number, high: number) => Math.max(low, Math.min(at, high));
    const x =
      within(clientX - edge.left, this.#kept.indexWidth, edge.width) - this.#kept.indexWidth + this.#frame.x;
    const y =
      within(clientY - edge.top, this.#headHeight, edge.height - 1) - this.#headHeight + this.#frame.y;
    return {
      row: within(Math.floor(y / this.#rowHeight), 0, model.rows - 1),
      column: model.columns.at(x),
    };
  }

  #press(place: Place, extend: boolean): void {
    const { selection } = this.#kept;
    if (place.row === HEAD) this.#select(everything({ row: 0, column: 0 }), { reveal: false });
    else if (place.column === INDEX) {
      const extends_ = extend && selection.extent === "rows";
      const at = { row: place.row, column: Math.max(0, this.#inSight.column) };
      this.#select(extends_ ? extendedTo(selection, at) : rowsAt(at.row, at.column), { reveal: false });
    } else if (extend && selection.anchor.row !== HEAD)
      this.#select({ ...extendedTo(selection, place), extent: "cells" }, { reveal: true });
    else this.#select(selectionAt(place), { reveal: true });
  }

  #sort(column: number, among: boolean): void {
    const view = this.#model.wantedView;
    this.#arrange(sortedBy(view, column, nextDirection(view, column), among));
  }

  #arrange(view: View): void {
    if (!this.#model.arrange(view))
      this.context.announce("The table is no longer in the kernel as it was shown.");
  }

  #openMenu(column: number): void {
    this.#menu?.close();
    this.#reveal({ row: HEAD, column });
    this.#draw();
    const heading = this.#viewport.elementAt({ row: HEAD, column });
    if (!heading) return;
    this.#menu = new ColumnMenu(this.#model, column, {
      select: (chosen) => this.#select(columnsAt(chosen, Math.max(0, this.#inSight.row)), { reveal: false }),
      fit: (chosen) => this.#model.fit(chosen),
      arrange: (view) => this.#arrange(view),
      closed: () => this.#focus(),
    });
    this.dom.append(this.#menu.dom);
    this.#menu.open(heading);
  }

  #widen(column: number, width: number, done: boolean): void {
    const settled = Math.max(NARROWEST, Math.round(width));
    this.#model.widen(column, settled);
    this.#measure();
    if (done) this.context.announce(`${this.#model.nameOf(column)} is ${settled} pixels wide`);
  }

  #copyRange(labels: boolean): void {
    const range = this.#range();
    if (!range) {
      const { focus } = this.#kept.selection;
      const name =
        focus.row === HEAD ? this.#model.nameOf(focus.column) : (this.#model.tiles.label(focus.row) ?? "");
      void this.#tell(copyOut(name), "Copied the name");
      return;
    }
    const cells = range.rows * range.columns;
    if (cells > MOST_COPIED) {
      this.context.announce("That is too much for the clipboard; save the table as a file instead.");
      this.#model.report(new Error("That is too much for the clipboard; save the table as CSV instead."));
      return;
    }
    void this.#tell(
      copyOut(this.#copied(range, labels)),
      cells === 1 ? "Copied" : `Copied ${range.rows} × ${range.columns} cells`,
    );
  }

  async #tell(copying: Promise<void>, words: string): Promise<void> {
    try {
      await copying;
      this.context.announce(words);
    } catch (error) {
      this.context.announce(error instanceof Error ? error.message : "The browser did not copy.");
    }
  }

  /** The values as the kernel has them or, when it has them no more, as they are shown. */
  #copied(range: Rect, labels = false): Copied {
    const shown = () => {
      const text = shownText(this.#model, range, labels);
      if (text === null)
        throw new Error("Not all of these cells had been loaded before the table went away.");
      return text;
    };
    const text = this.#model.trouble ? Promise.resolve().then(shown) : copiedText(this.#model, range, labels);
    return { type: "text/plain", content: text.then((done) => new Blob([done], { type: "text/plain" })) };
  }
}

const DESCRIPTION =
  "Arrow keys move, Shift extends the selection, Ctrl+C copies it. On a heading, Enter sorts, Alt+Down opens its menu, " +
  "Alt+Left and Alt+Right change its width. Ctrl+F searches the table.";
