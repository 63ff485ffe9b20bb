/** A table as the kernel describes it: its first window in the display, more of it by queries. Validated here, once. */

/** How a column is aligned and coloured. */
export type Kind = "number" | "boolean" | "time" | "nested" | "text" | "other";

export interface Column {
  name: string;
  dtype: string;
  kind: Kind;
  /** Whether the script has said how its values are to be written. */
  isFormatted?: boolean;
}

/** What stands in one cell: a value's text, or the text of one that is missing or holds others. */
export type Cell = string | { readonly missing: string } | { readonly nested: string };

/** Rows and columns counted from 0; rows in the order that sorting and filtering give. */
export interface Rect {
  row: number;
  rows: number;
  column: number;
  columns: number;
}

export interface TableWindow extends Rect {
  /** Rows that the view shows, of all that there are. */
  shownRows: number;
  totalRows: number;
  totalColumns: number;
  indexName: string;
  /** What names each row of the window. */
  index: readonly string[];
  headings: readonly Column[];
  /** Column by column. */
  cells: readonly (readonly Cell[])[];
  /** Whether the object is no longer what the asked-for fingerprint says. */
  changed: boolean;
  /** What the object looks like now; null when the kernel does not say. */
  fingerprint: string | null;
}

export interface TableDisplay {
  handle: string;
  /** What it is in its library, such as `DataFrame`. */
  kind: string;
  /** What the object looked like when it was displayed. */
  fingerprint: string | null;
  window: TableWindow;
}

/** What a column contains. */
export interface Summary {
  count: number;
  missing: number;
  distinct: number | null;
  /** Texts or numbers, as the column's type has them. */
  minimum: string | number | null;
  mean: string | number | null;
  maximum: string | number | null;
  /** How many values lie in each of equal bins between minimum and maximum. */
  histogram: readonly number[] | null;
  /** The most frequent values and how often they occur. */
  frequent: readonly (readonly [string, number])[] | null;
}

/** The kernel answered with something that this page does not understand. */
export class StrangeAnswer extends Error {
  constructor(what: string) {
    super(`The kernel answered with ${what}. Reload the page; it may be older than the server.`);
    this.name = "StrangeAnswer";
  }
}

/** The table in *data*, a display's value of type `TABLE`; null when it is none. */
export function tableDisplay(data: unknown): TableDisplay | null {
  if (!isRecord(data) || typeof data.handle !== "string") return null;
  try {
    return {
      handle: data.handle,
      kind: typeof data.kind === "string" ? data.kind : "table",
      fingerprint: typeof data.fingerprint === "string" ? data.fingerprint : null,
      window: tableWindow(data.window),
    };
  } catch (error) {
    if (error instanceof StrangeAnswer) return null;
    throw error;
  }
}

/** Throws `StrangeAnswer` when *value* is no window. */
export function tableWindow(value: unknown): TableWindow {
  if (
    !isRecord(value) ||
    !Array.isArray(value.columns) ||
    !Array.isArray(value.cells) ||
    !Array.isArray(value.index)
  )
    throw new StrangeAnswer("no window of a table");
  const headings = value.columns.map(heading);
  const cells = value.cells.map((column) => {
    if (!Array.isArray(column)) throw new StrangeAnswer("a column without cells");
    return column.map(cell);
  });
  if (cells.length !== headings.length) throw new StrangeAnswer("more columns than headings");
  return {
    row: amount(value.row),
    rows: value.index.length,
    column: amount(value.column),
    columns: headings.length,
    shownRows: amount(value.rows),
    totalRows: amount(value.totalRows),
    totalColumns: amount(value.totalColumns),
    indexName: Array.isArray(value.indexNames) ? value.indexNames.map(String).join(" / ") : "",
    index: value.index.map(String),
    headings,
    cells,
    changed: value.changed === true,
    fingerprint: typeof value.fingerprint === "string" ? value.fingerprint : null,
  };
}

/** Throws `StrangeAnswer` when *value* is no summary. */
export function columnSummary(value: unknown): Summary {
  if (!isRecord(value)) throw new StrangeAnswer("no summary");
  const scalar = (one: unknown) => (typeof one === "string" || typeof one === "number" ? one : null);
  return {
    count: amount(value.count),
    missing: amount(value.missing),
    distinct: typeof value.distinct === "number" ? value.distinct : null,
    minimum: scalar(value.minimum),
    mean: scalar(value.mean),
    maximum: scalar(value.maximum),
    histogram: Array.isArray(value.histogram) ? value.histogram.map(amount) : null,
    frequent: Array.isArray(value.frequent)
      ? value.frequent.filter(Array.isArray).map(([text, times]) => [String(text), amount(times)] as const)
      : null,
  };
}

/** What a cell says, without how it says it. */
export function cellText(value: Cell): string {
  if (typeof value === "string") return value;
  return "missing" in value ? value.missing : value.nested;
}

const KINDS: readonly unknown[] = ["number", "boolean", "time", "nested", "text"];

function heading(value: unknown): Column {
  if (!isRecord(value)) throw new StrangeAnswer("a column without a heading");
  const kind = (KINDS.includes(value.kind) ? value.kind : "other") as Kind;
  const isFormatted = value.isFormatted === true;
  return { name: String(value.name ?? ""), dtype: String(value.dtype ?? ""), kind, isFormatted };
}

function cell(value: unknown): Cell {
  if (typeof value === "string") return value;
  if (isRecord(value)) {
    if (typeof value.missing === "string") return { missing: value.missing };
    if (typeof value.nested === "string") return { nested: value.nested };
  }
  return String(value);
}

function amount(value: unknown): number {
  if (typeof value !== "number" || !(value >= 0)) throw new StrangeAnswer("a number that is none");
  return value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
