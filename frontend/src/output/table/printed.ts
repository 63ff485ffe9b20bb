/** A table on paper: plain rows, the first of them, and how many more there are. Needs nothing but what came with the item. */

import type { OutputItem } from "../../backend/types";
import { count } from "../../ui/amounts";
import { element } from "../../ui/element";
import { TABLE } from "../rendering/formats";
import { areDays, ColumnFormat, withoutMidnight } from "./data/column-format";
import { type TableWindow, tableDisplay } from "./data/table";
import "./printed.css";

const MAX_ROWS = 50;
/** As many as a sheet has room for. */
const MAX_COLUMNS = 12;

/** The table of *item* as it is printed; null when it holds none. */
export function printedTable(item: OutputItem): HTMLElement | null {
  const display = tableDisplay(item.data?.[TABLE]);
  if (!display) return null;
  const { window } = display;
  const rows = Math.min(MAX_ROWS, window.rows);
  const columns = Math.min(MAX_COLUMNS, window.columns);
  const more = [
    window.shownRows > rows ? count(window.shownRows - rows, "more row") : "",
    window.totalColumns > columns ? count(window.totalColumns - columns, "more column") : "",
  ].filter(Boolean);
  return element(
    "figure",
    { class: "rdit-printed-table" },
    tableOf(window, rows, columns),
    ...(more.length > 0 ? [element("figcaption", {}, `… ${more.join(" and ")}`)] : []),
  );
}

function tableOf(window: TableWindow, rows: number, columns: number): HTMLElement {
  const headings = window.headings.slice(0, columns);
  const formats = headings.map((heading, at) => {
    const format = new ColumnFormat();
    format.take(heading, window.cells[at] ?? []);
    return format;
  });
  const days = areDays(window.index);
  const body = Array.from({ length: rows }, (_, row) => {
    const label = window.index[row] ?? "";
    const cells = headings.map((heading, at) => {
      const text = formats[at]?.show(heading, window.cells[at]?.[row] ?? "") ?? "";
      return element("td", { class: `is-${heading.kind}` }, text);
    });
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, days ? withoutMidnight(label) : label),
      ...cells,
    );
  });
  const head = headings.map(({ name, kind }) => element("th", { scope: "col", class: `is-${kind}` }, name));
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, element("th", {}, window.indexName), ...head)),
    element("tbody", {}, ...body),
  );
}
