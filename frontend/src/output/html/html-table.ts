/** Tables within HTML outputs. */

const NUMBER = /^(?=.*\d)[-+−]?(?:\d[\d,_ ]*)?(?:\.\d+)?(?:e[-+]?\d+)?\s?[%jJ]?$|^[-+]?(?:nan|inf|<na>)$/i;

/** An entry of at most so many characters stays on one line. */
const SHORT = 48;

/**
 * Mark the columns that hold numbers, heading included, and the entries that stay on one line. Columns are counted from
 * the right, where no index spans rows.
 */
export function typesetTable(table: HTMLTableElement): void {
  const rows = Array.from(table.tBodies).flatMap((body) => Array.from(body.rows).slice(0, 500));
  const numeric = new Map<number, boolean>();
  const each = (row: HTMLTableRowElement, visit: (entry: HTMLTableCellElement, column: number) => void) => {
    let column = 0;
    for (const entry of Array.from(row.cells).reverse()) {
      if (entry.colSpan === 1) visit(entry, column);
      column += entry.colSpan;
    }
  };
  for (const row of rows)
    each(row, (entry, column) => {
      const text = entry.textContent?.trim() ?? "";
      if (text === "" || text === "...") return;
      if (entry.tagName === "TH") numeric.set(column, false);
      else numeric.set(column, numeric.get(column) !== false && text.length <= SHORT && NUMBER.test(text));
    });
  for (const row of Array.from(table.rows))
    each(row, (entry, column) => {
      if (numeric.get(column)) entry.classList.add("rdit-number");
      if ((entry.textContent?.length ?? 0) <= SHORT) entry.classList.add("rdit-short");
      // The corner above an index heads nothing.
      if (entry.tagName === "TH" && !entry.textContent?.trim()) entry.setAttribute("role", "cell");
    });
}

/** The rows of *table* for a spreadsheet: a tab between entries, a newline between rows. */
export function tabSeparated(table: HTMLTableElement): string {
  return Array.from(table.rows, (row) =>
    Array.from(row.cells, (entry) => (entry.textContent ?? "").trim().replace(/\s+/g, " ")).join("\t"),
  ).join("\n");
}
