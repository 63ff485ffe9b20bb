/**
 * The model of a grid: what has arrived of its table, what is requested, and the view that the reader wants.
 *
 * At most one request is under way, and the next is made from what is in sight when it comes back; so a fast scroll
 * asks for where it ends rather than for everything it passed, and a kernel that is busy is not asked twice.
 */

import { Axis } from "./axis";
import { areDays, ColumnFormat, withoutMidnight } from "./column-format";
import { Histograms } from "./histograms";
import {
  type Cell,
  type Column,
  columnSummary,
  isRecord,
  type Rect,
  StrangeAnswer,
  type Summary,
  type TableDisplay,
  type TableWindow,
  tableWindow,
} from "./table";
import { TILE_COLUMNS, TILE_ROWS, TileCache } from "./tile-cache";
import { isPlain, PLAIN, sameView, type View } from "./view";

/** Ask the live object; rejects with an error that has a `status` when it is refused (404: it is gone). */
export type Query = (request: Record<string, unknown>) => Promise<unknown>;

export interface Measure {
  /** The pixels that a column needs to show *heading* and *cells*. */
  column(heading: Column, cells: readonly Cell[]): number;
  /** Those that *text* takes in a typeface. */
  text(text: string, face: "usual" | "bold" | "code"): number;
  /** Those that rows called so need, below *heading*. */
  names(heading: string, names: readonly string[]): number;
}

/** Why the grid shows less than it could. */
export type Trouble =
  /** The object was changed since it was shown. */
  | { readonly kind: "changed" }
  /** The object is no longer there. */
  | { readonly kind: "gone" }
  | { readonly kind: "failed"; readonly text: string };

/** What a grid does when its model changed. */
export interface Listener {
  /** More has arrived, or the state is another. */
  changed(): void;
  /** Other rows are shown now, or the same in another order: begin at the top. */
  rearranged(): void;
  /** *column* became wider by so many pixels. */
  widened(column: number, by: number): void;
}

/** An answer is expected within this time (milliseconds); a longer wait is worth a word. */
const BUSY_NOTICE_MS = 400;
/** Cells in one request at most. */
const MAX_CELLS = 20_000;

export class GridModel {
  /** How the rows in `tiles` are arranged. */
  view: View = PLAIN;
  tiles: TileCache;
  columns: Axis;
  totalRows: number;
  indexName: string;
  trouble: Trouble | null = null;
  /** An answer takes long: a statement may be running. */
  waits = false;
  listener: Listener | null = null;
  readonly histograms: Histograms;
  /** Of the columns that were seen; they depend on what has arrived. */
  readonly #formats = new Map<number, ColumnFormat>();
  #hasDays = false;
  #sight: Rect = { row: 0, rows: 0, column: 0, columns: 0 };
  #before: Rect = this.#sight;
  /** The arrangement that was asked for and has not arrived. */
  #wanted: View | null = null;
  #works = false;
  /** Columns that have the width that the reader gave them. */
  readonly #chosen = new Set<number>();
  /** What the object looked like when what is shown was read: it is told with every question. */
  #fingerprint: string | null;
  /** The reader chose to see the object as it has become: the next answer may be of another. */
  #takesChanged = false;

  constructor(
    readonly display: TableDisplay,
    public query: Query,
    readonly measure: Measure,
  ) {
    const { window } = display;
    this.#fingerprint = display.fingerprint;
    this.histograms = new Histograms(window);
    this.totalRows = window.totalRows;
    this.indexName = window.indexName;
    this.tiles = new TileCache(window.shownRows, window.totalColumns);
    this.columns = this.#axisFor(window);
    this.#take(window);
  }

  get rows(): number {
    return this.tiles.rows;
  }

  get columnCount(): number {
    return this.tiles.columns;
  }

  /** What is asked for, or shown when nothing is. */
  get wantedView(): View {
    return this.#wanted ?? this.view;
  }

  get isRearranging(): boolean {
    return this.#wanted !== null;
  }

  /** What the cell at *row* and *column* says in the grid; undefined when it has not arrived. */
  shown(row: number, column: number): string | undefined {
    const cell = this.tiles.cell(row, column);
    return cell === undefined ? undefined : this.#formatOf(column).show(this.heading(column), cell);
  }

  /** What *row* is called in the grid. */
  labelOf(row: number): string {
    const label = this.tiles.label(row) ?? "";
    return this.#hasDays ? withoutMidnight(label) : label;
  }

  heading(column: number): Column {
    return this.tiles.heading(column) ?? { name: "", dtype: "", kind: "other" };
  }

  nameOf(column: number): string {
    return this.heading(column).name || `column ${column}`;
  }

  /** The reader looks at *sight*: have it, and what comes next, ready. */
  see(sight: Rect): void {
    const { row, column, rows, columns } = this.#sight;
    if (row === sight.row && column === sight.column && rows === sight.rows && columns === sight.columns)
      return;
    this.#before = this.#sight;
    this.#sight = sight;
    this.tiles.touch(sight);
    this.#work();
  }

  /** Show the rows as *view* says, as soon as they have arrived; false: the object is not there to be asked. */
  arrange(view: View): boolean {
    if (this.trouble?.kind === "failed") this.trouble = null;
    if (this.trouble) return false;
    this.#wanted = sameView(view, this.view) ? null : view;
    this.#work();
    this.listener?.changed();
    return true;
  }

  /** Ask again after a failure. */
  retry(): void {
    this.trouble = null;
    this.#work();
    this.listener?.changed();
  }

  /** Show the object as it has become since it was displayed. */
  takeChanged(): void {
    this.trouble = null;
    this.#takesChanged = true;
    this.#wanted = this.view;
    this.#work();
    this.listener?.changed();
  }

  async summary(column: number): Promise<{ summary: Summary; changed: boolean }> {
    const answer = await this.query({ kind: "summary", column, fingerprint: this.#fingerprint });
    return { summary: columnSummary(answer), changed: isRecord(answer) && answer.changed === true };
  }

  /** The values themselves, not as a cell shortens and rounds them; all of them, or those in *rect*. */
  async *text(separator: string, options: { rect?: Rect; labels: boolean }): AsyncGenerator<string> {
    const { rect, labels } = options;
    const request = {
      kind: "csv",
      view: asked(this.view),
      separator,
      header: labels,
      index: labels,
      ...rect,
    };
    for (let part = 0; ; part += 1) {
      const answer = await this.query({ ...request, part });
      if (!isRecord(answer) || typeof answer.text !== "string") throw new StrangeAnswer("no text");
      yield answer.text;
      if (answer.last !== false) return;
    }
  }

  /** Something that the model was used for failed: say so. */
  report(error: unknown): void {
    this.#failed(error);
    this.listener?.changed();
  }

  /** Make *column* as wide as what has arrived of it needs. */
  fit(column: number): void {
    const cells: Cell[] = [];
    const first = Math.max(0, this.#sight.row - TILE_ROWS);
    for (
      let row = first;
      row < Math.min(this.rows, this.#sight.row + this.#sight.rows + TILE_ROWS);
      row += 1
    ) {
      const text = this.shown(row, column);
      if (text !== undefined) cells.push(text);
    }
    this.widen(column, this.measure.column(this.heading(column), cells));
    this.listener?.changed();
  }

  /** The reader wants *column* to have *width*. */
  widen(column: number, width: number): void {
    this.#chosen.add(column);
    this.columns.resize(column, width);
  }

  // ------------------------------------------------------------------------------------------------ asking

  #work(): void {
    if (this.#works || this.trouble) return;
    const task = this.#next();
    if (!task) return;
    this.#works = true;
    const isAwaited = task !== this.#loadHistogram;
    const patience = setTimeout(() => {
      this.waits = isAwaited;
      this.listener?.changed();
    }, BUSY_NOTICE_MS);
    task()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        clearTimeout(patience);
        this.waits = false;
        this.#works = false;
        this.listener?.changed();
        this.#work();
      });
  }

  #next(): (() => Promise<void>) | null {
    if (this.#wanted) {
      const view = this.#wanted;
      return () => this.#rearrange(view);
    }
    const wanted = this.tiles.missing(this.#sight) ?? this.tiles.missing(this.#ahead());
    if (wanted) return () => this.#load(limited(wanted));
    const isComplete = this.histograms.missing(this.#sight, (one) => this.heading(one)) === undefined;
    return isComplete ? null : this.#loadHistogram;
  }

  readonly #loadHistogram = async () => {
    const column = this.histograms.missing(this.#sight, (one) => this.heading(one));
    if (column !== undefined) await this.histograms.load(column, () => this.summary(column));
  };

  /** What will come into sight next if the reader goes on. */
  #ahead(): Rect {
    const { row, rows, column, columns } = this.#sight;
    const down = Math.sign(row - this.#before.row);
    const across = Math.sign(column - this.#before.column);
    const above = down < 0 ? 2 * TILE_ROWS : 0;
    const below = down < 0 ? 0 : 2 * TILE_ROWS;
    const left = across < 0 ? TILE_COLUMNS : 0;
    const right = across < 0 ? 0 : TILE_COLUMNS;
    const first = { row: Math.max(0, row - above), column: Math.max(0, column - left) };
    return {
      ...first,
      rows: row + rows + below - first.row,
      columns: column + columns + right - first.column,
    };
  }

  async #load(rect: Rect): Promise<void> {
    const window = await this.#window(rect, this.view);
    const fits = window.totalColumns === this.columnCount && window.shownRows === this.rows;
    if (window.changed || !fits) {
      this.trouble = { kind: "changed" };
      return;
    }
    // An answer shorter than asked would be asked for without end.
    if (window.rows < rect.rows || window.columns < rect.columns) throw new StrangeAnswer("less than it has");
    this.#take(window);
  }

  async #rearrange(view: View): Promise<void> {
    const column = Math.max(0, this.#sight.column - (this.#sight.column % TILE_COLUMNS));
    const columns = Math.max(1, this.#sight.column + this.#sight.columns - column);
    const window = await this.#window(limited({ row: 0, rows: 2 * TILE_ROWS, column, columns }), view);
    const isOther = this.#takesChanged;
    if (window.changed && !isOther) {
      this.#wanted = null;
      this.trouble = { kind: "changed" };
      return;
    }
    const { tiles } = this;
    this.#takesChanged = false;
    this.#fingerprint = window.fingerprint ?? this.#fingerprint;
    this.view = view;
    if (this.#wanted && sameView(view, this.#wanted)) this.#wanted = null;
    this.tiles = new TileCache(window.shownRows, window.totalColumns);
    this.totalRows = window.totalRows;
    this.indexName = window.indexName;
    if (window.totalColumns !== tiles.columns) {
      this.columns = this.#axisFor(window);
      this.#chosen.clear();
    }
    if (isOther) this.histograms.clear();
    else this.tiles.putHeadings(tiles);
    this.#take(window);
    this.listener?.rearranged();
  }

  async #window(rect: Rect, view: View): Promise<TableWindow> {
    const fingerprint = this.#fingerprint;
    return tableWindow(await this.query({ kind: "window", ...rect, view: asked(view), fingerprint }));
  }

  #failed(error: unknown): void {
    if (!(error instanceof Error)) throw error;
    this.#wanted = null;
    this.trouble = statusOf(error) === 404 ? { kind: "gone" } : { kind: "failed", text: error.message };
  }

  // ------------------------------------------------------------------------------------------------ taking

  #axisFor(window: TableWindow): Axis {
    this.#formats.clear();
    this.#hasDays = areDays(window.index);
    const widths = window.headings.map((heading, at) => this.#widthOf(window, at, heading));
    const middle = widths.slice().sort((one, other) => one - other)[widths.length >> 1];
    return new Axis(window.totalColumns, middle ?? 96);
  }

  #formatOf(column: number): ColumnFormat {
    let format = this.#formats.get(column);
    if (!format) {
      format = new ColumnFormat();
      this.#formats.set(column, format);
    }
    return format;
  }

  /** What the column at *at* of *window* needs. */
  #widthOf(window: TableWindow, at: number, heading: Column): number {
    const cells = window.cells[at] ?? [];
    const format = this.#formatOf(window.column + at);
    format.take(heading, cells);
    return this.measure.column(
      heading,
      cells.map((cell) => (typeof cell === "string" ? format.show(heading, cell) : cell)),
    );
  }

  #take(window: TableWindow): void {
    this.tiles.put(window);
    this.#hasDays &&= window.index.length === 0 || areDays(window.index);
    window.headings.forEach((heading, at) => {
      const column = window.column + at;
      const known = this.columns.isResized(column);
      const needed = this.#widthOf(window, at, heading);
      // A text that is cut still says something; a number that is cut says something else.
      if (this.#chosen.has(column) || (known && heading.kind !== "number" && heading.kind !== "time")) return;
      const before = this.columns.size(column);
      if (known && needed <= before) return;
      this.columns.resize(column, needed);
      this.listener?.widened(column, needed - before);
    });
  }
}

/** The view as the kernel wants it: none when it is plain. */
function asked(view: View): View | null {
  return isPlain(view) ? null : view;
}

/** *rect*, or as many of its rows as one request may have. */
function limited(rect: Rect): Rect {
  return {
    ...rect,
    rows: Math.max(1, Math.min(rect.rows, Math.floor(MAX_CELLS / Math.max(1, rect.columns)))),
  };
}

function statusOf(error: Error): number | null {
  return "status" in error && typeof error.status === "number" ? error.status : null;
}
