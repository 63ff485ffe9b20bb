import { expect, test } from "vitest";
import { renderItem } from "../../../src/output/render";
import { item, page } from "../items";

function render(value: unknown, metadata: Record<string, unknown> | null = null): HTMLElement {
  const shown = { ...item("display", "", { "application/json": value }), metadata };
  return renderItem(shown, page()).dom.querySelector(".rdit-json") as HTMLElement;
}

const heads = (dom: HTMLElement) =>
  Array.from(dom.querySelectorAll<HTMLElement>(".rdit-json-head"), (head) =>
    Array.from(head.childNodes)
      .filter((part) => !(part instanceof HTMLElement && part.hidden))
      .map((part) => part.textContent)
      .join(""),
  );

test("the first level is open, the others say what is in them", () => {
  expect(heads(render({ a: 1, b: [true, null], c: { d: "e" } }))).toEqual([
    "3 keys",
    "a: 1",
    "b: [true, null]",
    'c: {d: "e"}',
  ]);
});

test("branches are made when they are opened", () => {
  const dom = render({ a: { b: { c: 1 } } });
  expect(heads(dom)).toHaveLength(2);
  dom.querySelectorAll<HTMLElement>(".rdit-json-head")[1]?.click();
  expect(heads(dom).slice(1)).toEqual(["a: 1 key", "b: {c: 1}"]);
});

test("a large list is shown in portions", () => {
  const dom = render(Array.from({ length: 100_000 }, (_, n) => n));
  expect(heads(dom)).toHaveLength(101);
  const more = dom.querySelector("button");
  expect(more?.textContent).toBe("Show 100 more of 99,900");
  more?.click();
  expect(heads(dom)).toHaveLength(201);
});

test("it can be closed at first, and named", () => {
  const dom = render({ a: 1 }, { "application/json": { expanded: false, root: "settings" } });
  expect(heads(dom)).toEqual(["settings: {a: 1}"]);
});

test("values that are no branches", () => {
  expect(heads(render(null))).toEqual(["null"]);
  expect(heads(render("<b>"))).toEqual(['"<b>"']);
  expect(heads(render([]))).toEqual(["[]"]);
});

test("names like those of every object's own members are names like others", () => {
  const dom = render(JSON.parse('{"__proto__": {"x": 1}, "constructor": 2, "toString": 3}'));
  expect(heads(dom).slice(1)).toEqual(["__proto__: {x: 1}", "constructor: 2", "toString: 3"]);
});

test("arrow keys move through it, open and close", () => {
  const dom = render({ a: { b: 1 } });
  document.body.append(dom);
  const focus = () => document.activeElement?.textContent;
  const key = (name: string) =>
    document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
  dom.querySelector<HTMLElement>("[tabindex='0']")?.focus();
  key("ArrowDown");
  expect(focus()).toContain("a: ");
  key("ArrowRight");
  expect(document.activeElement?.getAttribute("aria-expanded")).toBe("true");
  key("ArrowDown");
  expect(focus()).toBe("b: 1");
  key("ArrowLeft");
  expect(focus()).toContain("a: ");
  key("ArrowLeft");
  expect(document.activeElement?.getAttribute("aria-expanded")).toBe("false");
});
