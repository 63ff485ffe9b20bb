import { describe, expect, test } from "vitest";
import { areDays, ColumnFormat } from "../../../../src/output/table/data/column-format";
import type { Cell, Kind } from "../../../../src/output/table/data/table";

function shown(kind: Kind, cells: readonly Cell[], isFormatted = false): string[] {
  const format = new ColumnFormat();
  format.take({ kind, isFormatted }, cells);
  return cells.map((cell) => format.show({ kind, isFormatted }, cell));
}

describe("numbers of a column", () => {
  test.each<[string, Cell[], string[]]>([
    ["have common decimals", ["2.5", "-1.25", "10.0"], ["2.50", "-1.25", "10.00"]],
    ["have their thousands set apart", ["1234567", "1000", "7"], ["1,234,567", "1,000", "7"]],
    ["of four digits are left alone, as years are", ["2024", "1999"], ["2024", "1999"]],
    ["keep exponents and what is no number", ["1e+20", "inf", "1.5"], ["1e+20", "inf", "1.5"]],
    ["that are missing say so", [{ missing: "NaN" }, "1.5"], ["NaN", "1.5"]],
    [
      "of very different size have their points below each other without zeros that nobody measured",
      ["0.0001235", "12.5"],
      ["0.0001235", "12.5\u2007\u2007\u2007\u2007\u2007\u2007"],
    ],
  ])("%s", (_, cells, expected) => {
    expect(shown("number", cells)).toEqual(expected);
  });

  test("stay as the script has formatted them", () => {
    expect(shown("number", ["$12345.5", "12345"], true)).toEqual(["$12345.5", "12345"]);
  });
});

describe("moments of a column", () => {
  test("have no midnight where all of them are days", () => {
    expect(shown("time", ["2024-01-01 00:00:00", { missing: "NaT" }])).toEqual(["2024-01-01", "NaT"]);
  });

  test("have their time where one of them has another", () => {
    const moments = ["2024-01-01 00:00:00", "2024-01-02 10:30:00"];
    expect(shown("time", moments)).toEqual(moments);
  });

  test("that name rows are days when all are", () => {
    expect(areDays(["2024-01-01 00:00:00", "2024-01-02 00:00:00"])).toBe(true);
    expect(areDays(["2024-01-01 00:00:00", "2024-01-02 12:00:00"])).toBe(false);
  });
});
