/** A cache of tiles, the parts of a table that have arrived; the least recently seen are evicted first. */
import type { Cell, Column, Rect, TableWindow } from "./table";

export const TILE_ROWS = 50;
export const TILE_COLUMNS = 20;
/** About 400,000 cells: some 40 MB of text. */
const MAX_TILES = 400;

interface Tile {
  readonly cells: (Cell | undefined)[];
  held: number;
}

export class TileCache {
  readonly #tiles = new Map<number, Tile>();
  readonly #labels = new Map<number, (string | undefined)[]>();
  readonly #headings = new Map<number, Column>();
  readonly #across: number;

  /** For a table of *rows* as the view shows them and *columns*; *most* tiles are kept. */
  constructor(
    readonly rows: number,
    readonly columns: number,
    private readonly most = MAX_TILES,
  ) {
    this.#across = Math.ceil(columns / TILE_COLUMNS) + 1;
  }

  cell(row: number, column: number): Cell | undefined {
    const tile = this.#tiles.get(this.#key(row, column));
    return tile?.cells[(row % TILE_ROWS) * TILE_COLUMNS + (column % TILE_COLUMNS)];
  }

  label(row: number): string | undefined {
    return this.#labels.get(Math.floor(row / TILE_ROWS))?.[row % TILE_ROWS];
  }

  heading(column: number): Column | undefined {
    return this.#headings.get(column);
  }

  /** The headings that *other* knows; they do not depend on how the rows are arranged. */
  putHeadings(other: TileCache): void {
    for (const [column, heading] of other.#headings) this.#headings.set(column, heading);
  }

  /** Keep what *window* holds. */
  put(window: TableWindow): void {
    window.headings.forEach((heading, at) => {
      this.#headings.set(window.column + at, heading);
    });
    window.index.forEach((label, at) => {
      const row = window.row + at;
      const group = Math.floor(row / TILE_ROWS);
      const labels = this.#labels.get(group) ?? [];
      this.#labels.set(group, labels);
      labels[row % TILE_ROWS] = label;
    });
    window.cells.forEach((cells, across) => {
      const column = window.column + across;
      cells.forEach((cell, down) => {
        const row = window.row + down;
        const tile = this.#tileAt(row, column);
        const at = (row % TILE_ROWS) * TILE_COLUMNS + (column % TILE_COLUMNS);
        if (tile.cells[at] === undefined) tile.held += 1;
        tile.cells[at] = cell;
      });
    });
    this.#evict();
  }

  /** The smallest rectangle of whole tiles with everything of *sight* that is not here; null when all of it is. */
  missing(sight: Rect): Rect | null {
    let found: { top: number; bottom: number; left: number; right: number } | null = null;
    const firstRow = Math.max(0, Math.floor(sight.row / TILE_ROWS));
    const firstColumn = Math.max(0, Math.floor(sight.column / TILE_COLUMNS));
    const endRow = Math.min(this.rows, sight.row + sight.rows);
    const endColumn = Math.min(this.columns, sight.column + sight.columns);
    for (let down = firstRow; down * TILE_ROWS < endRow; down += 1)
      for (let across = firstColumn; across * TILE_COLUMNS < endColumn; across += 1) {
        if (this.#isWhole(down, across)) continue;
        found ??= { top: down, bottom: down, left: across, right: across };
        found.bottom = down;
        found.left = Math.min(found.left, across);
        found.right = Math.max(found.right, across);
      }
    if (!found) return null;
    const row = found.top * TILE_ROWS;
    const column = found.left * TILE_COLUMNS;
    return {
      row,
      rows: Math.min(this.rows, (found.bottom + 1) * TILE_ROWS) - row,
      column,
      columns: Math.min(this.columns, (found.right + 1) * TILE_COLUMNS) - column,
    };
  }

  /** Those in *sight* were seen just now. */
  touch(sight: Rect): void {
    for (let row = sight.row - (sight.row % TILE_ROWS); row < sight.row + sight.rows; row += TILE_ROWS)
      for (
        let column = sight.column - (sight.column % TILE_COLUMNS);
        column < sight.column + sight.columns;
        column += TILE_COLUMNS
      ) {
        const key = this.#key(row, column);
        const tile = this.#tiles.get(key);
        if (!tile) continue;
        this.#tiles.delete(key);
        this.#tiles.set(key, tile);
      }
  }

  #isWhole(down: number, across: number): boolean {
    const rows = Math.min(TILE_ROWS, this.rows - down * TILE_ROWS);
    const columns = Math.min(TILE_COLUMNS, this.columns - across * TILE_COLUMNS);
    return this.#tiles.get(down * this.#across + across)?.held === rows * columns;
  }

  #key(row: number, column: number): number {
    return Math.floor(row / TILE_ROWS) * this.#across + Math.floor(column / TILE_COLUMNS);
  }

  #tileAt(row: number, column: number): Tile {
    const key = this.#key(row, column);
    let tile = this.#tiles.get(key);
    if (!tile) {
      tile = { cells: new Array(TILE_ROWS * TILE_COLUMNS), held: 0 };
      this.#tiles.set(key, tile);
    }
    return tile;
  }

  #evict(): void {
    for (const key of this.#tiles.keys()) {
      if (this.#tiles.size <= this.most) break;
      this.#tiles.delete(key);
    }
    // Names of rows are small; many more of them than tiles means that most belong to none.
    for (const group of this.#labels.keys()) {
      if (this.#labels.size <= this.most * 4) break;
      this.#labels.delete(group);
    }
  }
}
