import { beforeEach, describe, expect, test, vi } from "vitest";
import { TREE } from "../../../src/output/rendering/formats";
import type { RenderContext } from "../../../src/output/rendering/rendering";
import { renderTree } from "../../../src/output/tree/tree";
import { answer, leaf, list, nodeOf, opened, type Part, record } from "../table/generated";

const long = `'${"lorem ".repeat(100)}'`;
const value = record("dict", {
  "'name'": leaf("str", "'rdit'"),
  "'text'": leaf("str", long),
  "'inner'": record("dict", { "'deep'": list("list", [leaf("int", "7")]) }),
  "'many'": list(
    "list",
    Array.from({ length: 1000 }, (_, at) => leaf("int", String(at))),
  ),
  "'none'": list("list", []),
});

type Request = Record<string, unknown>;

let asked: Request[];
let fate: (request: Request) => Promise<unknown>;

function show(part: Part = value, data?: object) {
  const context: RenderContext = {
    goToLine: () => undefined,
    isScript: () => false,
    announce: () => undefined,
    resized: () => undefined,
    query: async (_, request) => {
      asked.push(request);
      return fate(request);
    },
  };
  const root = { ...nodeOf(part), ...opened(part, 0, 50) };
  const item = {
    type: "display" as const,
    text: `${part.repr}\n`,
    data: { [TREE]: data ?? { handle: "o1", root } },
  };
  const rendering = renderTree(item, context);
  if (!rendering) throw new Error("nothing was rendered");
  document.body.replaceChildren(rendering.dom);
  return { item, rendering };
}

const lines = () =>
  Array.from(document.querySelectorAll<HTMLElement>("[role=treeitem]"), (line) =>
    line.textContent?.slice(0, 40),
  );

function line(start: string): HTMLElement {
  const found = Array.from(document.querySelectorAll<HTMLElement>("[role=treeitem]"));
  const one = found.find(({ textContent }) => textContent?.startsWith(start));
  if (!one) throw new Error(`no line begins with ${start}`);
  return one;
}

function press(key: string): void {
  document.activeElement?.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
  );
}

beforeEach(() => {
  asked = [];
  fate = (request) => answer(value, request);
});

describe("a tree", () => {
  test("shows keys and reprs as Python writes them, types and lengths", () => {
    const { rendering } = show();
    expect(lines()).toEqual([
      "dict, 5 items",
      "'name': 'rdit'",
      expect.stringMatching(/^'text': 'lorem/),
      "'inner': {'deep': [7]}dict, 1 item",
      expect.stringMatching(/^'many': \[0, 1, 2/),
      "'none': []list",
    ]);
    expect(rendering.describe()).toBe("dict, 5 items");
    expect(rendering.copy()).toBe(value.repr);
    expect(asked).toEqual([]);
  });

  test("reads a branch when it is opened, and only once", async () => {
    show();
    line("'inner'").click();
    await vi.waitUntil(() => lines().includes("'deep': [7]list, 1 item"), { timeout: 30_000 });
    expect(asked).toEqual([{ kind: "tree", path: [2], start: 0, count: 20 }]);
    line("'inner'").click();
    expect(lines()).not.toContain("'deep': [7]list, 1 item");
    line("'inner'").click();
    expect(lines()).toContain("'deep': [7]list, 1 item");
    expect(asked).toHaveLength(1);
  });

  test("asks by position for what lies deep", async () => {
    show();
    line("'inner'").click();
    await vi.waitUntil(() => lines().includes("'deep': [7]list, 1 item"), { timeout: 30_000 });
    line("'deep'").click();
    await vi.waitUntil(() => lines().includes("0: 7"), { timeout: 30_000 });
    expect(asked.at(-1)).toMatchObject({ path: [2, 0] });
  });

  test("shows a long list in portions", async () => {
    show();
    line("'many'").click();
    await vi.waitUntil(() => lines().includes("19: 19"), { timeout: 30_000 });
    expect(lines()).not.toContain("20: 20");
    line("… 980 more items").click();
    await vi.waitUntil(() => lines().includes("219: 219"), { timeout: 30_000 });
    expect(lines()).toContain("… 780 more items");
    expect(line("0: ").getAttribute("aria-setsize")).toBe("1000");
  });

  test("shows what came with the display before it asks for more", () => {
    const many = list(
      "list",
      Array.from({ length: 1000 }, (_, at) => leaf("int", String(at))),
    );
    show(many);
    expect(lines()).toHaveLength(22);
    line("… 980 more items").click();
    expect(lines()).toContain("49: 49");
    expect(asked).toEqual([]);
  });

  test("gives the whole of a text that was cut", async () => {
    show();
    document.querySelector<HTMLElement>("[role=treeitem] button")?.click();
    await vi.waitUntil(() => document.body.textContent?.includes(long), { timeout: 30_000 });
    expect(asked).toEqual([{ kind: "text", path: [1] }]);
  });

  test("is as it was when the editor makes it anew", async () => {
    const { item } = show();
    line("'inner'").click();
    await vi.waitUntil(() => lines().includes("'deep': [7]list, 1 item"), { timeout: 30_000 });
    show(value, item.data[TREE]);
    expect(lines()).toContain("'deep': [7]list, 1 item");
    expect(asked).toHaveLength(1);
  });
});

describe("the keyboard", () => {
  test("goes up and down, in and out", async () => {
    show();
    line("dict").focus();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight"]) press(key);
    await vi.waitUntil(() => lines().includes("'deep': [7]list, 1 item"), { timeout: 30_000 });
    expect(line("'inner'").getAttribute("aria-expanded")).toBe("true");
    press("ArrowRight");
    expect(document.activeElement).toBe(line("'deep'"));
    press("ArrowLeft");
    expect(document.activeElement).toBe(line("'inner'"));
    press("ArrowLeft");
    expect(line("'inner'").getAttribute("aria-expanded")).toBe("false");
    press("End");
    expect(document.activeElement).toBe(line("'none'"));
    press("Home");
    expect(document.activeElement).toBe(line("dict"));
  });

  test("stays on a branch whose parts are on their way", async () => {
    show();
    line("'inner'").focus();
    press("ArrowRight");
    press("ArrowRight");
    expect(document.activeElement).toBe(line("'inner'"));
    await vi.waitUntil(() => lines().includes("'deep': [7]list, 1 item"));
    press("ArrowRight");
    expect(document.activeElement).toBe(line("'deep'"));
  });

  test("has one stop in the whole tree", async () => {
    show();
    line("dict").focus();
    press("ArrowDown");
    expect(document.querySelectorAll("[role=treeitem][tabindex='0']")).toHaveLength(1);
    expect(document.activeElement?.getAttribute("tabindex")).toBe("0");
  });

  test("goes on with the first of those that more brought", async () => {
    show();
    line("'many'").click();
    await vi.waitUntil(() => lines().includes("19: 19"), { timeout: 30_000 });
    line("… 980").focus();
    press("Enter");
    await vi.waitUntil(() => lines().includes("219: 219"), { timeout: 30_000 });
    expect(document.activeElement).toBe(line("20: "));
  });
});

describe("an object that is no longer what was shown", () => {
  test("is gone: what was opened stays", async () => {
    fate = () => Promise.reject(Object.assign(new Error("gone"), { status: 404 }));
    show();
    line("'inner'").click();
    await vi.waitUntil(() => document.body.textContent?.includes("No longer in the kernel"), {
      timeout: 30_000,
    });
    expect(line("'inner'").getAttribute("aria-expanded")).toBe("false");
    expect(lines()).toContain("'name': 'rdit'");
    line("'many'").click();
    expect(asked).toHaveLength(1);
  });

  test("changed: the reader decides when to see it as it is now", async () => {
    const now = record("dict", { "'new'": leaf("int", "1") });
    fate = async (request) => ({ ...(await answer(now, { ...request, path: [] })), changed: true });
    show();
    line("'inner'").click();
    await vi.waitUntil(() => document.body.textContent?.includes("Changed since it was shown"), {
      timeout: 30_000,
    });
    expect(lines()).not.toContain("'new': 1");
    document.querySelector<HTMLElement>(".rdit-tree-notice button")?.click();
    await vi.waitUntil(() => lines().includes("'new': 1"), { timeout: 30_000 });
    expect(lines()).toEqual(["dict, 1 item", "'new': 1"]);
  });

  test("a slow kernel is waited for with a word", async () => {
    let free: () => void = () => undefined;
    const busy = new Promise<void>((resolve) => {
      free = resolve;
    });
    fate = async (request) => {
      await busy;
      return answer(value, request);
    };
    show();
    line("'inner'").click();
    await vi.waitUntil(() => line("'inner'").textContent?.includes("waiting for the kernel"), {
      timeout: 30_000,
    });
    free();
    await vi.waitUntil(() => lines().includes("'deep': [7]list, 1 item"), { timeout: 30_000 });
    expect(line("'inner'").textContent).not.toContain("waiting");
  });
});
