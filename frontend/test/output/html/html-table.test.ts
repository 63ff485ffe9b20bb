// @vitest-environment jsdom
import { expect, test } from "vitest";
import { tabSeparated, typesetTable } from "../../../src/output/html/html-table";
import { sanitised } from "../../../src/output/html/sanitise";
import samples from "../samples.json";

function table(html: string): HTMLTableElement {
  return sanitised(html).querySelector("table") as HTMLTableElement;
}

/** The headings of the columns that stand flush right. */
function numeric(html: string): (string | undefined)[] {
  const made = table(html);
  typesetTable(made);
  return Array.from(made.querySelectorAll("thead .rdit-number"), (heading) => heading.textContent?.trim());
}

test("columns of numbers stand flush right with their headings, others do not", () => {
  expect(numeric(samples.frame.html)).toEqual(["population", "mean °C"]);
  expect(numeric(samples.wide.html)).toHaveLength(16);
  expect(numeric(samples.styled.html)).toEqual(["population"]);
  expect(numeric(samples.polars.html)).toEqual(["population", "mean °C", "i64", "f64"]);
});

test("an index that spans rows shifts no column", () => {
  const made = table(samples.grouped.html);
  typesetTable(made);
  const rows = Array.from(made.tBodies[0]?.rows ?? [], (row) =>
    Array.from(row.cells, (entry) => entry.classList.contains("rdit-number")),
  );
  expect(rows[0]).toEqual([false, false, true, true, true]);
  expect(rows[1]).toEqual([false, true, true, true]);
});

test.each([
  ["12", true],
  ["-1.5e-7", true],
  ["1,234.5", true],
  ["12 %", true],
  ["nan", true],
  ["<NA>", true],
  ["2024-01-01", false],
  ["1.2.3", false],
  ["12 apples", false],
  ["-", false],
])("%s is a number: %s", (text, isNumber) => {
  const escaped = text.replace("<", "&lt;");
  const html = `<table><thead><tr><th>x</th></tr></thead><tbody><tr><td>${escaped}</td></tr></tbody></table>`;
  expect(numeric(html)).toHaveLength(isNumber ? 1 : 0);
});

test("a table is copied as rows and columns", () => {
  const lines = tabSeparated(table(samples.frame.html)).split("\n");
  expect(lines[0]).toBe("\tcity\tpopulation\tmean °C\tfounded\tcoastal");
  expect(lines[1]).toBe("0\tLisbon\t545923\t13.73\t1147-10-25\tTrue");
});
