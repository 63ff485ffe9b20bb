/** Cells as text for the clipboard and for files. */
import type { GridModel } from "./model";
import { type Cell, cellText, type Rect } from "./table";

/** More cells than this are better saved than copied. */
export const MAX_COPIED = 2_000_000;

/** The text of the cells in *rect* as the kernel has them, whole and unrounded. */
export async function copiedText(model: GridModel, rect: Rect, labels: boolean): Promise<string> {
  // One cell is copied as it is, without the quotes and the newline that a line of a table has.
  const pieces: string[] = [];
  for await (const piece of model.text("\t", { rect, labels })) pieces.push(piece);
  const text = pieces.join("").replace(/\n$/, "");
  return rect.rows === 1 && rect.columns === 1 && !labels ? unquoted(text) : text;
}

/** The text of the cells in *rect* as the grid shows them; null when one of them has not arrived. */
export function shownText(model: GridModel, rect: Rect, labels: boolean): string | null {
  const lines: string[] = [];
  const columns = Array.from({ length: rect.columns }, (_, at) => rect.column + at);
  if (labels)
    lines.push(
      [model.indexName, ...columns.map((column) => model.heading(column).name)].map(field).join("\t"),
    );
  for (let row = rect.row; row < rect.row + rect.rows; row += 1) {
    const fields = labels ? [field(model.tiles.label(row) ?? "")] : [];
    for (const column of columns) {
      const cell = model.tiles.cell(row, column);
      if (cell === undefined) return null;
      fields.push(field(plain(cell)));
    }
    lines.push(fields.join("\t"));
  }
  return rect.rows === 1 && rect.columns === 1 && !labels ? unquoted(lines[0] ?? "") : lines.join("\n");
}

/** What is missing is left empty, as in a CSV. */
function plain(cell: Cell): string {
  return typeof cell === "object" && "missing" in cell ? "" : cellText(cell);
}

function field(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function unquoted(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text;
}

/** All rows as *model* arranges them, as a file; *progress* hears how many bytes there are, and stops it by `false`. */
export async function csvFile(model: GridModel, progress: (bytes: number) => boolean): Promise<Blob | null> {
  let blob = new Blob([], { type: "text/csv;charset=utf-8" });
  let parts: string[] = [];
  let waiting = 0;
  let bytes = 0;
  const settle = () => {
    // A browser keeps large blobs on disk; strings stay in memory.
    blob = new Blob([blob, ...parts], { type: blob.type });
    parts = [];
    waiting = 0;
  };
  for await (const part of model.text(",", { labels: true })) {
    parts.push(part);
    waiting += part.length;
    bytes += part.length;
    if (waiting > 8_000_000) settle();
    if (!progress(bytes)) return null;
  }
  settle();
  return blob;
}
