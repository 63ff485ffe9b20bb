import { beforeEach, describe, expect, test, vi } from "vitest";
import { GridModel, type Measure } from "../../../../src/output/table/data/model";
import { cellText, tableDisplay } from "../../../../src/output/table/data/table";
import { PLAIN, sortedBy, type View } from "../../../../src/output/table/data/view";
import { GeneratedTable } from "../generated";

/** Ten pixels a letter. */
const measure: Measure = {
  column: ({ name }, cells) => Math.max(name.length, ...cells.map((cell) => cellText(cell).length)) * 10,
  text: (text) => text.length * 10,
  names: (_, names) => Math.max(...names.map((name) => name.length)) * 10,
};

function modelOf(table: GeneratedTable): GridModel {
  const display = tableDisplay(table.display());
  if (!display) throw new Error("the display is no table");
  return new GridModel(display, table.query, measure);
}

/** Until nothing is asked for any more. */
async function settled(model: GridModel, table: GeneratedTable): Promise<void> {
  let before = -1;
  await vi.waitUntil(
    () => {
      const quiet = table.asked.length === before && !model.isRearranging;
      before = table.asked.length;
      return quiet;
    },
    { timeout: 30_000 },
  );
}

const sight = (row: number, column = 0) => ({ row, rows: 12, column, columns: 8 });

let table: GeneratedTable;
let model: GridModel;

beforeEach(() => {
  table = new GeneratedTable(10_000_000, 1000);
  model = modelOf(table);
});

describe("windows", () => {
  test("what came with the display is shown without asking", () => {
    expect(model.tiles.cell(99, 39)).toEqual(table.column(39).cell(99));
    model.see({ ...sight(0), rows: 10 });
    expect(table.asked.filter(({ row }) => row === 0)).toHaveLength(0);
  });

  test("what is in sight is asked for first, then what comes next", async () => {
    model.see(sight(5_000_000, 500));
    await settled(model, table);
    expect(table.asked[0]).toMatchObject({
      kind: "window",
      row: 5_000_000,
      rows: 50,
      column: 500,
      columns: 20,
    });
    expect(model.tiles.cell(5_000_003, 505)).toEqual(table.column(505).cell(5_000_003));
    model.see(sight(5_000_020, 500));
    await settled(model, table);
    expect(model.tiles.missing(sight(5_000_080, 500))).toBeNull();
  });

  test("a fast scroll asks for where it ends, not for all it passed", async () => {
    for (let row = 1000; row <= 2_000_000; row += 1000) model.see(sight(row));
    await settled(model, table);
    const asked = table.asked.map(({ row }) => row);
    expect(asked.slice(0, 2)).toEqual([1000, 2_000_000]);
    expect(asked.length).toBeLessThan(8);
  });

  test("no request asks for more than the kernel gives", async () => {
    model.see({ row: 500, rows: 400, column: 100, columns: 300 });
    await settled(model, table);
    for (const { rows, columns } of table.asked)
      expect(Number(rows) * Number(columns)).toBeLessThanOrEqual(50_000);
    expect(model.tiles.missing({ row: 500, rows: 400, column: 100, columns: 300 })).toBeNull();
  });

  test("a busy kernel is waited for with a word, and scrolling goes on over what is there", async () => {
    let free: () => void = () => undefined;
    table.fate = { until: new Promise((resolve) => (free = resolve)) };
    model.see(sight(5000));
    await vi.waitUntil(() => model.waits, { timeout: 30_000 });
    model.see(sight(20));
    expect(model.tiles.cell(20, 3)).toBeDefined();
    expect(table.asked).toHaveLength(1);
    free();
    await settled(model, table);
    expect(model.waits).toBe(false);
  });
});

describe("arranging", () => {
  const descending = (view: View, column: number) => sortedBy(view, column, "descending", false);

  test("shows the old rows until the new ones are there, then begins at the top", async () => {
    const rearranged = vi.fn();
    model.listener = { changed: () => undefined, rearranged, widened: () => undefined };
    model.see(sight(0));
    model.arrange(descending(PLAIN, 2));
    expect(model.tiles.label(0)).toBe("0");
    expect(model.isRearranging).toBe(true);
    await settled(model, table);
    expect(rearranged).toHaveBeenCalledOnce();
    expect(model.tiles.label(0)).toBe("9999999");
  });

  test("asks only for the last of several wishes", async () => {
    for (const column of [1, 2, 3, 4]) model.arrange(descending(PLAIN, column));
    await settled(model, table);
    const sorts = table.asked.map(({ view }) => (view as View | null)?.sort[0]?.[0]);
    expect(sorts.slice(0, 2)).toEqual([1, 4]);
    expect(model.view.sort).toEqual([[4, true]]);
  });

  test("says how many rows a filter leaves of all", async () => {
    model.arrange({ ...PLAIN, filters: [{ column: 1, operator: "contains", value: "a" }] });
    await settled(model, table);
    expect([model.rows, model.totalRows]).toEqual([3_333_334, 10_000_000]);
  });

  test("that the kernel refuses leaves the rows as they were and says why", async () => {
    table.fate = { refuse: { status: 400, message: "no such column" } };
    model.arrange(descending(PLAIN, 1));
    await vi.waitUntil(() => model.trouble, { timeout: 30_000 });
    expect(model.trouble).toEqual({ kind: "failed", text: "no such column" });
    expect(model.wantedView).toEqual(PLAIN);
    table.fate = {};
    expect(model.arrange(descending(PLAIN, 1))).toBe(true);
    await settled(model, table);
    expect(model.view.sort).toEqual([[1, true]]);
  });
});

describe("an object that is no longer what was shown", () => {
  test("is gone: what it had stays, and nothing more is asked", async () => {
    table.fate = { refuse: { status: 404, message: "gone" } };
    model.see(sight(5000));
    await vi.waitUntil(() => model.trouble, { timeout: 30_000 });
    expect(model.trouble).toEqual({ kind: "gone" });
    model.see(sight(9000));
    expect(model.arrange(sortedBy(PLAIN, 1, "ascending", false))).toBe(false);
    expect(table.asked).toHaveLength(1);
    expect(model.tiles.cell(50, 5)).toEqual(table.column(5).cell(50));
  });

  test("changed: no new values are mixed among the old, until the reader asks for them", async () => {
    table.fate = { changed: true };
    model.see(sight(5000));
    await vi.waitUntil(() => model.trouble, { timeout: 30_000 });
    expect(model.trouble).toEqual({ kind: "changed" });
    expect(model.tiles.cell(5000, 0)).toBeUndefined();
    model.takeChanged();
    await settled(model, table);
    expect(model.trouble).toBeNull();
    model.see(sight(5000));
    await settled(model, table);
    expect(model.tiles.cell(5000, 0)).toEqual(table.column(0).cell(5000));
  });

  test("fails for once: it can be tried again", async () => {
    table.fate = { refuse: { status: 503, message: "no answer" } };
    model.see(sight(5000));
    await vi.waitUntil(() => model.trouble, { timeout: 30_000 });
    table.fate = {};
    model.retry();
    await settled(model, table);
    expect(model.trouble).toBeNull();
    expect(model.tiles.cell(5000, 0)).toBeDefined();
  });

  test("answers with something else: it says so instead of asking without end", async () => {
    model.query = async () => ({ kind: "nonsense" });
    model.see(sight(5000));
    await vi.waitUntil(() => model.trouble, { timeout: 30_000 });
    expect(model.trouble).toMatchObject({ kind: "failed", text: expect.stringContaining("Reload the page") });
  });
});

describe("widths", () => {
  test("come from what the first window holds", () => {
    expect(model.columns.size(1)).toBe("São Paulo".length * 10 + 10);
    expect(model.columns.size(3)).toBe("2020-09-13 12:26:40".length * 10);
  });

  test("grow with wider numbers, since a number that is cut is another number", async () => {
    const before = model.columns.size(0);
    const widened = vi.fn();
    model.listener = { changed: () => undefined, rearranged: () => undefined, widened };
    model.see(sight(9_000_000));
    await settled(model, table);
    expect(model.columns.size(0)).toBe("63,000,000".length * 10);
    expect(widened).toHaveBeenCalledWith(0, model.columns.size(0) - before);
  });

  test("that the reader chose stay", async () => {
    model.widen(0, 33);
    model.see(sight(9_000_000));
    await settled(model, table);
    expect(model.columns.size(0)).toBe(33);
  });
});
