import { describe, expect, test } from "vitest";
import { GridModel } from "../../../../src/output/table/data/model";
import { tableDisplay } from "../../../../src/output/table/data/table";
import { copiedText, csvFile, shownText } from "../../../../src/output/table/data/tsv";
import { GeneratedTable } from "../generated";

const measure = { column: () => 80, text: () => 8, names: () => 80 };

function modelOf(table: GeneratedTable): GridModel {
  const display = tableDisplay(table.display());
  if (!display) throw new Error("the display is no table");
  return new GridModel(display, table.query, measure);
}

describe("copying", () => {
  const range = { row: 2, rows: 2, column: 0, columns: 3 };

  test("asks the kernel for whole values, in as many parts as it has", async () => {
    const table = new GeneratedTable(200_000, 3);
    const text = await copiedText(modelOf(table), { row: 0, rows: 60_000, column: 0, columns: 2 }, false);
    const lines = text.split("\n");
    expect(lines).toHaveLength(60_000);
    expect(lines[59_999]).toMatch(/^419993\t/);
    expect(table.asked.length).toBeGreaterThan(1);
  });

  test("can take the headings and the rows' names along", async () => {
    const text = await copiedText(modelOf(new GeneratedTable(100, 3)), range, true);
    expect(text.split("\n").map((line) => line.split("\t")[0])).toEqual(["", "2", "3"]);
    expect(text).toMatch(/^\tid\tcity_1\tprice_2\n/);
  });

  test("what is shown is the second best, when all of it is there", () => {
    const model = modelOf(new GeneratedTable(1000, 3));
    expect(shownText(model, range, false)).toBe("14\tWellington\t630.3473\n21\tMontréal\t338.6757");
    expect(shownText(model, { ...range, row: 500 }, false)).toBeNull();
  });

  test("a missing value is empty, and a text with tabs or quotes survives", () => {
    const table = new GeneratedTable(2, 2);
    const display = table.display();
    display.window.cells[0] = ["a\tb", 'say "x"'];
    display.window.cells[1] = [{ missing: "None" }, { nested: "[1]" }];
    const parsed = tableDisplay(display);
    if (!parsed) throw new Error("the display is no table");
    const model = new GridModel(parsed, table.query, measure);
    expect(shownText(model, { row: 0, rows: 2, column: 0, columns: 2 }, false)).toBe(
      '"a\tb"\t\n"say ""x"""\t[1]',
    );
    expect(shownText(model, { row: 1, rows: 1, column: 0, columns: 1 }, false)).toBe('say "x"');
  });
});

describe("saving", () => {
  test("gathers all parts", async () => {
    const table = new GeneratedTable(50_000, 5);
    const blob = await csvFile(modelOf(table), () => true);
    const lines = (await blob?.text())?.split("\n");
    expect(lines).toHaveLength(50_002);
    expect(lines?.[50_000]).toMatch(/^49999,/);
    expect(table.asked.map(({ part }) => part)).toEqual([0, 1, 2]);
  });

  test("stops when the reader wants it to", async () => {
    const table = new GeneratedTable(1_000_000, 5);
    expect(await csvFile(modelOf(table), (bytes) => bytes < 1_000_000)).toBeNull();
    expect(table.asked.length).toBeLessThan(10);
  });
});
