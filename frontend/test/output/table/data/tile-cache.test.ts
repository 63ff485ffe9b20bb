import { describe, expect, test } from "vitest";
import { tableWindow } from "../../../../src/output/table/data/table";
import { TileCache } from "../../../../src/output/table/data/tile-cache";
import { GeneratedTable } from "../generated";

async function windowOf(table: GeneratedTable, row: number, rows: number, column: number, columns: number) {
  return tableWindow(await table.query({ kind: "window", row, rows, column, columns }));
}

describe("tiles", () => {
  test("give back what was put in, wherever it was cut", async () => {
    const table = new GeneratedTable(1000, 100);
    const tiles = new TileCache(1000, 100);
    tiles.put(await windowOf(table, 37, 61, 13, 29));
    expect(tiles.cell(37, 13)).toEqual(table.column(13).cell(37));
    expect(tiles.cell(97, 41)).toEqual(table.column(41).cell(97));
    expect(tiles.label(97)).toBe("97");
    expect(tiles.heading(41)?.name).toBe(table.column(41).name);
    expect([tiles.cell(36, 13), tiles.cell(98, 13), tiles.cell(37, 42), tiles.label(98)]).toEqual(
      Array(4).fill(undefined),
    );
  });

  test("say what is missing in whole tiles, and nothing when all is there", async () => {
    const table = new GeneratedTable(130, 45);
    const tiles = new TileCache(130, 45);
    expect(tiles.missing({ row: 10, rows: 20, column: 5, columns: 5 })).toEqual({
      row: 0,
      rows: 50,
      column: 0,
      columns: 20,
    });
    expect(tiles.missing({ row: 95, rows: 20, column: 35, columns: 20 })).toEqual({
      row: 50,
      rows: 80,
      column: 20,
      columns: 25,
    });
    tiles.put(await windowOf(table, 0, 130, 0, 45));
    expect(tiles.missing({ row: 0, rows: 500, column: 0, columns: 500 })).toBeNull();
  });

  test("ask again for a tile of which a part is missing", async () => {
    const table = new GeneratedTable(130, 45);
    const tiles = new TileCache(130, 45);
    tiles.put(await windowOf(table, 0, 30, 0, 20));
    expect(tiles.missing({ row: 0, rows: 10, column: 0, columns: 5 })).toEqual({
      row: 0,
      rows: 50,
      column: 0,
      columns: 20,
    });
  });

  test("forget those that were not seen for the longest time", async () => {
    const table = new GeneratedTable(1000, 20);
    const tiles = new TileCache(1000, 20, 3);
    for (const row of [0, 50, 100]) tiles.put(await windowOf(table, row, 50, 0, 20));
    tiles.touch({ row: 0, rows: 10, column: 0, columns: 20 });
    tiles.put(await windowOf(table, 150, 50, 0, 20));
    expect(tiles.cell(0, 0)).toBeDefined();
    expect(tiles.cell(50, 0)).toBeUndefined();
    expect(tiles.cell(100, 0)).toBeDefined();
  });
});
