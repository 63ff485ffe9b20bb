import { describe, expect, test } from "vitest";
import {
  filteredBy,
  filterInWords,
  isPlain,
  nextDirection,
  PLAIN,
  sortedBy,
  sortOf,
  type View,
} from "../../../../src/output/table/data/view";

function clicking(view: View, column: number, among = false): View {
  return sortedBy(view, column, nextDirection(view, column), among);
}

describe("sorting", () => {
  test("by clicks goes up, down, and back", () => {
    const up = clicking(PLAIN, 2);
    const down = clicking(up, 2);
    expect(up.sort).toEqual([[2, false]]);
    expect(down.sort).toEqual([[2, true]]);
    expect(isPlain(clicking(down, 2))).toBe(true);
  });

  test("by another column begins anew, with Shift it goes on", () => {
    const one = clicking(PLAIN, 2);
    expect(clicking(one, 5).sort).toEqual([[5, false]]);
    const two = clicking(one, 5, true);
    expect(two.sort).toEqual([
      [2, false],
      [5, false],
    ]);
    expect(sortOf(two, 5)).toEqual({ direction: "ascending", place: 2 });
    expect(clicking(two, 2, true).sort).toEqual([
      [2, true],
      [5, false],
    ]);
    expect(clicking(clicking(two, 2, true), 2, true).sort).toEqual([[5, false]]);
  });
});

describe("filters", () => {
  test("there is one for each column", () => {
    const one = filteredBy(PLAIN, 1, { column: 1, operator: ">", value: "3" });
    const two = filteredBy(one, 4, { column: 4, operator: "missing", value: "" });
    const changed = filteredBy(two, 1, { column: 1, operator: "≤", value: "9" });
    expect(changed.filters.map((filter) => [filter.column, filter.operator])).toEqual([
      [4, "missing"],
      [1, "≤"],
    ]);
    expect(filteredBy(changed, 4, null).filters).toHaveLength(1);
  });

  test("are said in words", () => {
    expect(filterInWords({ column: 1, operator: "≥", value: "3" }, "price")).toBe("price ≥ 3");
    expect(filterInWords({ column: 1, operator: "present", value: "" }, "price")).toBe("price is present");
    expect(filterInWords({ column: 1, operator: "=", value: "" }, "city")).toBe("city = “”");
  });
});
