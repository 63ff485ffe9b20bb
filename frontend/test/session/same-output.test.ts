import { describe, expect, test } from "vitest";
import type { OutputItem } from "../../src/backend/types";
import { beginsAs, isSameItem } from "../../src/session/same-output";

const item = (text: string, more: Partial<OutputItem> = {}): OutputItem => ({
  type: "stdout",
  text,
  ...more,
});

describe("an output that comes out as before", () => {
  test("is the same in text and data", () => {
    expect(isSameItem(item("a"), item("a"))).toBe(true);
    expect(isSameItem(item("a"), item("b"))).toBe(false);
    expect(isSameItem(item("a"), item("a", { type: "stderr" }))).toBe(false);
    const data = (rows: number[]) => item("t", { type: "display", data: { "application/json": { rows } } });
    expect(isSameItem(data([1, 2]), data([1, 2]))).toBe(true);
    expect(isSameItem(data([1, 2]), data([1, 3]))).toBe(false);
    expect(isSameItem(data([1, 2]), item("t", { type: "display" }))).toBe(false);
  });

  test("is not that of an item of which something was left out", () => {
    expect(isSameItem(item("a", { dataOmitted: { size: 5 } }), item("a", { dataOmitted: { size: 5 } }))).toBe(
      false,
    );
  });

  test("begins as before, for as long as more of the same may come", () => {
    const before = [item("a\nb\n"), item("e", { type: "stderr" })];
    expect(beginsAs([item("a\n")], before)).toBe(true);
    expect(beginsAs([item("a\nb\n"), item("e", { type: "stderr" })], before)).toBe(true);
    expect(beginsAs([item("a\nc")], before)).toBe(false);
    expect(beginsAs([item("a\n"), item("e", { type: "stderr" })], before)).toBe(false);
    expect(beginsAs([...before, item("more")], before)).toBe(false);
  });
});
