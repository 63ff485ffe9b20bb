import { describe, expect, it } from "vitest";
import { rowsIn } from "../../../src/files/panel/row-window";

describe("the rows in sight", () => {
  it("are those between the edges, and some beyond", () => {
    const { first, end } = rowsIn(5000, 300, 10_000, 1000);
    expect(first).toBeLessThanOrEqual(500 - 6);
    expect(first).toBeGreaterThan(500 - 30);
    expect(end).toBeGreaterThanOrEqual(530 + 6);
    expect(end).toBeLessThan(530 + 30);
  });

  it("end where the list ends", () => {
    expect(rowsIn(0, 300, 100, 10)).toEqual({ first: 0, end: 10 });
    expect(rowsIn(9700, 300, 10_000, 1000).end).toBe(1000);
  });

  it("stay the same while one scrolls by less than a few rows", () => {
    expect(rowsIn(1201, 300, 10_000, 1000)).toEqual(rowsIn(1209, 300, 10_000, 1000));
  });

  it("are the first ones before anything has a size", () => {
    expect(rowsIn(0, 0, 0, 1000).first).toBe(0);
    expect(rowsIn(0, 0, 0, 0).first).toBe(0);
  });
});
