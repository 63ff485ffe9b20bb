import { describe, expect, test } from "vitest";
import {
  columnsAt,
  everything,
  extendedTo,
  HEAD,
  INDEX,
  moved,
  rowsAt,
  type Selection,
  selected,
  selectionAt,
} from "../../../../src/output/table/data/selection";

const SHAPE = { rows: 1000, columns: 30 };
const PAGE = 9;

/** Where keys lead: `Shift+`, `Ctrl+` and the key's name. */
function pressing(selection: Selection, ...keys: string[]): Selection {
  return keys.reduce((at, name) => {
    const key = name.replace(/^(Ctrl\+|Shift\+)+/, "");
    const press = { key, shift: name.includes("Shift+"), control: name.includes("Ctrl+") };
    return moved(at, press, SHAPE, PAGE) ?? at;
  }, selection);
}

const at = (row: number, column: number) => selectionAt({ row, column });

describe("the keyboard", () => {
  test.each<[string[], [number, number]]>([
    [["ArrowDown"], [6, 5]],
    [
      ["ArrowLeft", "ArrowLeft"],
      [5, 3],
    ],
    [["PageDown"], [14, 5]],
    [["PageUp"], [0, 5]],
    [
      ["PageUp", "ArrowUp"],
      [HEAD, 5],
    ],
    [["Home"], [5, 0]],
    [
      ["Home", "ArrowLeft"],
      [5, INDEX],
    ],
    [
      ["End", "ArrowRight"],
      [5, 29],
    ],
    [
      ["Ctrl+ArrowDown", "ArrowDown"],
      [999, 5],
    ],
    [["Ctrl+ArrowUp"], [0, 5]],
    [
      ["Ctrl+ArrowUp", "Ctrl+ArrowUp"],
      [HEAD, 5],
    ],
    [["Ctrl+End"], [999, 29]],
    [
      ["Ctrl+End", "Ctrl+Home"],
      [0, 0],
    ],
  ])("%j leads to %j", (keys, [row, column]) => {
    expect(pressing(at(5, 5), ...keys)).toEqual(at(row, column));
  });

  test("extends with Shift, and shrinks again", () => {
    const range = pressing(
      at(5, 5),
      "Shift+ArrowDown",
      "Shift+ArrowDown",
      "Shift+ArrowRight",
      "Shift+ArrowUp",
    );
    expect(selected(range, SHAPE)).toEqual({ row: 5, rows: 2, column: 5, columns: 2 });
    expect(range.focus).toEqual({ row: 6, column: 6 });
  });

  test("extends upwards no farther than the first row", () => {
    const range = pressing(at(1, 5), "Shift+ArrowUp", "Shift+ArrowUp", "Shift+ArrowUp");
    expect(selected(range, SHAPE)).toEqual({ row: 0, rows: 2, column: 5, columns: 1 });
  });

  test("selects rows, columns and everything, and extends those", () => {
    expect(selected(pressing(at(5, 5), "Shift+ "), SHAPE)).toEqual({
      row: 5,
      rows: 1,
      column: 0,
      columns: 30,
    });
    expect(selected(pressing(at(5, 5), "Shift+ ", "Shift+ArrowDown"), SHAPE)).toEqual({
      row: 5,
      rows: 2,
      column: 0,
      columns: 30,
    });
    expect(selected(pressing(at(HEAD, 5), "Ctrl+ "), SHAPE)).toEqual({
      row: 0,
      rows: 1000,
      column: 5,
      columns: 1,
    });
    expect(selected(pressing(at(5, 5), "Ctrl+ ", "Shift+ArrowLeft"), SHAPE)).toEqual({
      row: 0,
      rows: 1000,
      column: 4,
      columns: 2,
    });
    expect(selected(pressing(at(5, 5), "Ctrl+a"), SHAPE)).toEqual({
      row: 0,
      rows: 1000,
      column: 0,
      columns: 30,
    });
  });

  test("leaves other keys alone", () => {
    expect(moved(at(5, 5), { key: "x", shift: false, control: false }, SHAPE, PAGE)).toBeNull();
    expect(moved(at(5, 5), { key: " ", shift: false, control: false }, SHAPE, PAGE)).toBeNull();
  });
});

describe("a selection", () => {
  test("is the same whichever corner it began at", () => {
    const range = { row: 2, rows: 4, column: 1, columns: 3 };
    expect(selected(extendedTo(at(2, 1), { row: 5, column: 3 }), SHAPE)).toEqual(range);
    expect(selected(extendedTo(at(5, 3), { row: 2, column: 1 }), SHAPE)).toEqual(range);
  });

  test("is nothing on a heading, on a row's name, and in an empty table", () => {
    expect(selected(at(HEAD, 3), SHAPE)).toBeNull();
    expect(selected(at(3, INDEX), SHAPE)).toBeNull();
    expect(selected(everything({ row: 0, column: 0 }), { rows: 0, columns: 3 })).toBeNull();
  });

  test("of rows and columns spans all of them", () => {
    expect(selected(extendedTo(rowsAt(7, 0), { row: 3, column: 9 }), SHAPE)).toEqual({
      row: 3,
      rows: 5,
      column: 0,
      columns: 30,
    });
    expect(selected(columnsAt(4, 0), SHAPE)).toEqual({ row: 0, rows: 1000, column: 4, columns: 1 });
  });
});
