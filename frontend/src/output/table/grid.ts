/**
 * A table as a grid, of any size: only what is in sight is in the document, and only that is asked of the kernel.
 * `GridModel` knows what has arrived and asks for more; `Viewport` draws what is in sight; `Frame` knows where that is.
 * Here they are joined, and pointer and keys are told what they do.
 */
import "./grid.css";
import type { OutputItem } from "../../backend/types";
import { size } from "../../ui/amounts";
import { element } from "../../ui/element";
import { button } from "../rendering/controls";
import { TABLE } from "../rendering/formats";
import type { Copied, RenderContext, Rendering, Saved } from "../rendering/rendering";
import { scale } from "../rendering/scale";
import { type GridActions, listenToKeys, listenToPointers } from "./actions";
import { copiedRange, copyRange } from "./data/copy-range";
import type { GridModel } from "./data/model";
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
} from "./data/selection";
import { type Rect, type TableDisplay, tableDisplay } from "./data/table";
import { csvFile } from "./data/tsv";
import { takeTurns } from "./data/turns";
import { isPlain, nextDirection, sortedBy, type View } from "./data/view";
import { Footer, shapeInWords } from "./footer";
import { Frame } from "./frame";
import { FrameHeight } from "./frame-height";
import { type GridSizes, placeUnder, scrolledTo, wholeRows } from "./geometry";
import { headHeight, ROW_HEIGHT } from "./height";
import { MIN_WIDTH } from "./measure";
import { type GridMemory, gridMemory } from "./memory";
import { ColumnMenu } from "./menu/menu";
import { Toolbar } from "./toolbar";
import { Viewport } from "./viewport";

const MAX_INDEX_WIDTH = 240;

/** The grid of *item*; null when it holds no table. */
export function renderGrid(item: OutputItem, context: RenderContext): Rendering | null {
  const data = item.data?.[TABLE];
  const display = tableDisplay(data);
  return display && new Grid(item, data as object, display, context);
}

class Grid implements Rendering {
  readonly dom: HTMLElement;
  changed: (() => void) | undefined;
  readonly #memory: GridMemory;
  readonly #model: GridModel;
  readonly #viewport: Viewport;
  readonly #frame: Frame;
  readonly #toolbar: Toolbar;
  readonly #footer: Footer;
  readonly #height: FrameHeight;
  readonly #letGo = new AbortController();
  readonly #observer: ResizeObserver;
  readonly #rowHeight = ROW_HEIGHT * scale();
  readonly #headHeight: number;
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
    const kinds = display.window.headings.map(({ kind }) => kind);
    this.#headHeight = headHeight(display.window.totalRows, kinds) * scale();
    this.#viewport = new Viewport(this.#rowHeight, this.#headHeight);
    this.#frame = new Frame(this.#viewport.dom, () => {
      this.#revealed = null;
      this.#draw();
    });
    this.#memory = gridMemory(data, display, context);
    this.#model = this.#memory.model;
    this.#arranged = this.#model.view;
    this.#footer = new Footer(this.#model);
    this.#toolbar = new Toolbar(
      this.#model,
      () => this.context.resized(),
      () => this.#focus(),
    );
    this.#height = new FrameHeight(this.#frame.dom, this.#memory, this.#rowHeight, this.#headHeight, () =>
      this.#measure(),
    );
    this.#height.settle(this.#model.rows);
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
    this.#observer = new ResizeObserver(() => this.#measure());
    this.#observer.observe(this.#frame.dom);
  }

  update(item: OutputItem): boolean {
    return item.data?.[TABLE] === this.data;
  }

  destroy(): void {
    this.#letGo.abort();
    this.#observer.disconnect();
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
    return copiedRange(this.#model, range);
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

  get #sizes(): GridSizes {
    return { row: this.#rowHeight, head: this.#headHeight, index: this.#memory.indexWidth };
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
    this.#memory.indexWidth = Math.max(this.#memory.indexWidth, this.#neededIndexWidth());
    return {
      width: this.#memory.indexWidth + model.columns.extent,
      height: this.#headHeight + model.rows * this.#rowHeight,
    };
  }

  /** Something has another size: take it into account and draw. */
  #measure(): void {
    if (!this.#isThere) return;
    this.#measured = this.#whole();
    const { x, y } = this.#memory;
    const { height } = this.#frame.dom.style;
    this.#height.settle(this.#model.rows);
    if (this.#frame.dom.style.height !== height) this.context.resized();
    this.#frame.measure(this.#measured.width, this.#measured.height);
    Object.assign(this.#memory, { x, y });
    this.#place();
  }

  /** Be where the reader is to be, and draw. */
  #place(): void {
    const { x, y } = this.#memory;
    // Only when it has to be: it would cut a smooth scroll short.
    if (x !== this.#frame.x || y !== this.#frame.y) this.#frame.moveTo(x, y);
    if (this.#revealed) this.#reveal(this.#revealed);
    this.#draw();
  }

  /** As wide as the rows' names in sight; never narrower again, so that nothing trembles. */
  #neededIndexWidth(): number {
    const { indexName } = this.#model;
    const { row, rows } = this.#inSight;
    const names: string[] = [];
    for (let at = row; at < row + Math.max(rows, 20); at += 1) names.push(this.#model.labelOf(at));
    const isCounted = names.every((name) => /^\d*$/.test(name));
    this.#viewport.dom.classList.toggle("is-counted", isCounted);
    if (isCounted) names.push(String(Math.max(0, this.#model.totalRows - 1)));
    return Math.min(MAX_INDEX_WIDTH, this.#model.measure.names(indexName, names));
  }

  #draw(): void {
    const model = this.#model;
    const frame = this.#frame;
    this.#memory.x = frame.x;
    this.#memory.y = frame.y;
    const hadFocus = this.#viewport.dom.contains(document.activeElement);
    const sight = { x: frame.x, y: frame.y, width: frame.width, height: frame.height };
    this.#inSight = this.#viewport.draw(model, sight, this.#memory.indexWidth, this.#memory.selection);
    this.#viewport.dom.setAttribute("aria-rowcount", String(model.rows + 1));
    this.#viewport.dom.setAttribute("aria-colcount", String(model.columnCount + 1));
    this.#viewport.dom.setAttribute("aria-busy", String(model.isRearranging));
    this.dom.classList.toggle("is-cut-off", model.trouble !== null);
    this.dom.classList.toggle("is-rearranging", model.isRearranging);
    this.#toolbar.draw();
    const [first, last] = wholeRows(frame, model.rows, this.#sizes);
    this.dom.classList.toggle("has-more", last < model.rows - 1);
    this.#footer.draw(this.#range(), first, last);
    this.#settleFocus(hadFocus);
    model.see(this.#inSight);
  }

  /** The keyboard is on the cell it belongs to or, while that is out of sight, on the grid as a whole. */
  #settleFocus(hadFocus: boolean): void {
    const { dom } = this.#viewport;
    const goal = this.#viewport.elementAt(this.#memory.selection.focus);
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
    const { focus } = this.#memory.selection;
    const row = focus.row === HEAD ? HEAD : 0;
    this.#memory.selection = selectionAt({
      row,
      column: Math.min(focus.column, this.#model.columnCount - 1),
    });
    this.#memory.y = 0;
    this.#measure();
    this.changed?.();
  }

  #widened(column: number, by: number): void {
    // What is in sight stays where it is when something before it becomes wider.
    if (this.#model.columns.start(column) < this.#memory.x) this.#memory.x += by;
  }

  // ------------------------------------------------------------------------------------------------ acting

  #range(): Rect | null {
    return selected(this.#memory.selection, { rows: this.#model.rows, columns: this.#model.columnCount });
  }

  #select(selection: Selection, options: { reveal: boolean }): void {
    this.#memory.selection = selection;
    this.#revealed = options.reveal ? selection.focus : null;
    if (this.#revealed) this.#reveal(this.#revealed);
    this.#draw();
    this.#focus();
  }

  #focus(): void {
    (this.#viewport.elementAt(this.#memory.selection.focus) ?? this.#viewport.dom).focus({
      preventScroll: true,
    });
  }

  /** Scroll as little as it takes to have *place* whole in sight. */
  #reveal(place: Place): void {
    const { x, y } = scrolledTo(place, this.#frame, this.#model.columns, this.#sizes);
    if (x !== this.#frame.x || y !== this.#frame.y) this.#frame.moveTo(x, y);
  }

  #listen(): void {
    const actions: GridActions = {
      viewport: this.#viewport,
      frame: this.#frame,
      model: this.#model,
      selection: () => this.#memory.selection,
      firstRow: () => Math.max(0, this.#inSight.row),
      page: () => Math.max(1, Math.floor((this.#frame.height - this.#headHeight) / this.#rowHeight) - 1),
      placeAt: (x, y) => placeUnder(x, y, this.#viewport.dom, this.#frame, this.#model, this.#sizes),
      press: (place, extend) => this.#press(place, extend),
      select: (selection, options) => this.#select(selection, options),
      selectHeading: (column) => {
        this.#memory.selection = selectionAt({ row: HEAD, column });
      },
      focus: () => this.#focus(),
      sort: (column, among) => this.#sort(column, among),
      menu: (column) => this.#openMenu(column),
      widen: (column, width, done) => this.#widen(column, width, done),
      copy: (labels) => {
        const { focus } = this.#memory.selection;
        copyRange(this.#model, this.#range(), focus, labels, this.context);
      },
      search: () => this.#toolbar.openSearch(),
    };
    takeTurns(this.dom, this.#letGo.signal);
    listenToKeys(actions, this.#letGo.signal);
    listenToPointers(actions, this.#letGo.signal);
  }

  #press(place: Place, extend: boolean): void {
    const { selection } = this.#memory;
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
    const settled = Math.max(MIN_WIDTH, Math.round(width));
    this.#model.widen(column, settled);
    this.#measure();
    if (done) this.context.announce(`${this.#model.nameOf(column)} is ${settled} pixels wide`);
  }
}

const DESCRIPTION =
  "Arrow keys move, Shift extends the selection, Ctrl+C copies it. On a heading, Enter sorts, Alt+Down opens its menu, " +
  "Alt+Left and Alt+Right change its width. Ctrl+F searches the table.";
