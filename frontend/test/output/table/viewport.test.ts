import { beforeEach, describe, expect, test } from "vitest";
import { GridModel } from "../../../src/output/table/data/model";
import { HEAD, INDEX, selectionAt } from "../../../src/output/table/data/selection";
import { tableDisplay } from "../../../src/output/table/data/table";
import { Viewport } from "../../../src/output/table/viewport";
import { GeneratedTable } from "./generated";

const measure = { column: () => 80, text: (text: string) => text.length * 8, names: () => 60 };
const SIGHT = { x: 0, y: 0, width: 700, height: 284 };
const nowhere = selectionAt({ row: HEAD, column: 0 });

let viewport: Viewport;
let model: GridModel;

beforeEach(() => {
  const table = new GeneratedTable(10_000_000, 1000);
  const display = tableDisplay(table.display());
  if (!display) throw new Error("the display is no table");
  model = new GridModel(display, table.query, measure);
  viewport = new Viewport(24, 44);
  document.body.replaceChildren(viewport.dom);
});

const texts = (selector: string) =>
  Array.from(viewport.dom.querySelectorAll(selector), ({ textContent }) => textContent);

describe("the viewport", () => {
  test("holds what is in sight and little more, however large the table is", () => {
    const rect = viewport.draw(model, SIGHT, 60, nowhere);
    expect(rect).toEqual({ row: 0, rows: 11, column: 0, columns: 9 });
    expect(viewport.dom.querySelectorAll("[role=gridcell]:not(.rdit-grid-corner)")).toHaveLength(99);
    viewport.draw(model, { ...SIGHT, x: 40_000, y: 120_000_000 }, 60, nowhere);
    expect(viewport.dom.querySelectorAll("[role=gridcell]").length).toBeLessThan(120);
    expect(texts(".is-pending").every((text) => text === "")).toBe(true);
  });

  test("tells where each row, name and cell is in the whole", () => {
    viewport.draw(model, { ...SIGHT, x: 800, y: 480 }, 60, nowhere);
    const row = viewport.dom.querySelector("[role=row][aria-rowindex='22']");
    expect(row?.querySelector("[role=rowheader]")?.textContent).toBe("20");
    const cell = row?.querySelector("[role=gridcell]");
    expect(cell?.getAttribute("aria-colindex")).toBe("12");
    expect(viewport.placeOf(cell ?? null)).toEqual({ row: 20, column: 10 });
    expect(viewport.elementAt({ row: 20, column: 10 })).toBe(cell);
    expect(viewport.placeOf(row?.querySelector("[role=rowheader]") ?? null)).toEqual({
      row: 20,
      column: INDEX,
    });
  });

  test("keeps the rows that stay in sight as they are, whichever way it goes", () => {
    viewport.draw(model, SIGHT, 60, nowhere);
    const third = viewport.elementAt({ row: 3, column: 0 });
    viewport.draw(model, { ...SIGHT, y: 48 }, 60, nowhere);
    expect(viewport.elementAt({ row: 3, column: 0 })).toBe(third);
    viewport.draw(model, SIGHT, 60, nowhere);
    expect(viewport.elementAt({ row: 3, column: 0 })).toBe(third);
    expect(texts("[role=rowheader]")).toEqual(Array.from({ length: 11 }, (_, at) => String(at)));
  });

  test("shows names, types, order and filters of the columns", async () => {
    model.arrange({
      sort: [
        [2, true],
        [0, false],
      ],
      filters: [{ column: 1, operator: "contains", value: "o" }],
      search: "",
    });
    viewport.draw(model, SIGHT, 60, nowhere);
    const [id, city, price] = Array.from(viewport.dom.querySelectorAll(".rdit-grid-heading"));
    expect(id?.textContent).toBe("id↑2int64");
    expect(price?.textContent).toBe("price_2↓1float64");
    expect(price?.getAttribute("aria-sort")).toBe("descending");
    expect(city?.className).toContain("is-filtered");
    expect(city?.getAttribute("title")).toContain("city_1 contains o");
  });

  test("tells missing, nested and cut values from others", () => {
    viewport.draw(model, { ...SIGHT, y: 24 * 9, width: 900 }, 60, nowhere);
    expect(viewport.elementAt({ row: 10, column: 1 })?.className).toContain("is-text");
    const nested = viewport.elementAt({ row: 10, column: 5 });
    expect(nested?.className).toContain("is-structure");
    expect(nested?.className).toContain("is-cut");
    expect(viewport.dom.querySelector(".is-missing")?.textContent).toMatch(/^(NaN|None)$/);
    expect(viewport.elementAt({ row: 10, column: 4 })?.className).not.toContain("is-cut");
  });

  test("lets the keyboard stop at one place", () => {
    const inRange = { anchor: { row: 1, column: 1 }, focus: { row: 2, column: 3 }, extent: "cells" as const };
    for (const selection of [nowhere, inRange, selectionAt({ row: 4, column: INDEX })]) {
      viewport.draw(model, SIGHT, 60, selection);
      const stops = viewport.dom.querySelectorAll("[tabindex='0']");
      expect(Array.from(stops)).toEqual([viewport.elementAt(selection.focus)]);
    }
    viewport.draw(model, SIGHT, 60, inRange);
    expect(viewport.dom.querySelectorAll("[aria-selected=true]")).toHaveLength(6);
  });
});
