import { afterEach, describe, expect, test, vi } from "vitest";
import type { OutputItem } from "../../src/backend/types";
import { renderItem } from "../../src/output/render";
import { inlineText } from "../../src/output/rendering/inline-text";
import { item, page } from "./items";
import samples from "./samples.json";

// KaTeX looks at it when it is loaded; the page has a doctype.
Object.defineProperty(document, "compatMode", { value: "CSS1Compat" });

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

function render(shown: OutputItem, context = page()) {
  const rendered = renderItem(shown, context);
  document.body.append(rendered.dom);
  return rendered;
}

const pressable = (dom: HTMLElement) =>
  Array.from(dom.querySelectorAll<HTMLButtonElement>("[role=toolbar] button"))
    .filter((one) => !one.hidden)
    .map((one) => one.getAttribute("aria-label"));

function press(dom: HTMLElement, label: string): void {
  (dom.querySelector(`button[aria-label="${label}"]`) as HTMLButtonElement).click();
}

describe("a value at the end of its line", () => {
  test.each<[string, OutputItem[], string | null]>([
    ["an echo", [item("stdout", "42\n")], "42"],
    ["a print without newline", [item("stdout", "done")], "done"],
    [
      "a small dictionary",
      [item("display", "{'a': 1}", { "application/json": { a: 1 }, "text/plain": "{'a': 1}" })],
      "{'a': 1}",
    ],
    ["two lines", [item("stdout", "a\nb\n")], null],
    ["a long line", [item("stdout", "x".repeat(100))], null],
    ["nothing to see", [item("stdout", "\n")], null],
    ["colours", [item("stdout", "\x1b[31mred\x1b[0m\n")], null],
    ["a progress bar", [item("stdout", "10%\r20%")], null],
    ["writing that turns its direction", [item("stdout", "a\u202eb")], null],
    ["an error", [item("error", "E: x\n")], null],
    ["a warning", [item("stderr", "careful\n")], null],
    ["something rich", [item("display", "<b>", { "text/html": "<b>x</b>" })], null],
    ["a format nobody knows", [item("display", "text", { "application/x-unknown": 1 })], "text"],
    ["what came late", [{ ...item("stdout", "42\n"), late: true }], null],
    ["two items", [item("stdout", "1\n"), item("stdout", "2\n")], null],
    ["no items", [], null],
  ])("%s", (_, items, text) => expect(inlineText(items)).toBe(text));
});

describe("formats", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["HTML before its image", { "image/png": samples.png, "text/html": "<b>x</b>" }, "text/html"],
    ["Markdown", { "text/plain": "x", "text/markdown": "x" }, "text/markdown"],
    ["LaTeX before its image", { "image/png": samples.png, "text/latex": "$x$" }, "text/latex"],
    ["SVG before PNG", { "image/png": samples.png, "image/svg+xml": samples.svg }, "image/svg+xml"],
    ["JSON", { "application/json": [1], "text/plain": "[1]" }, "application/json"],
    ["plain text", { "text/plain": "x" }, "text"],
    ["unknown", { "application/x-unknown": "x" }, "text"],
    ["HTML that is none", { "text/html": 3, "application/json": 1 }, "application/json"],
    ["an image that is none", { "image/png": "no base64!" }, "text"],
  ])("%s", (_, data, format) => expect(render(item("display", "x", data)).dom.dataset.format).toBe(format));
});

describe("what every output offers", () => {
  test("text of one line can be copied and saved", () => {
    expect(pressable(render(item("stdout", "hello\n")).dom)).toEqual(["Copy", "Save as a file"]);
  });

  test("rich values can be shown as text, and back", async () => {
    const { dom } = render(item("display", "plain words", { "text/html": "<b>rich</b>" }));
    await vi.waitFor(() => expect(dom.querySelector(".rdit-html")).not.toBeNull(), { timeout: 30_000 });
    press(dom, "Show as text");
    expect(dom.querySelector(".rdit-html")).toBeNull();
    expect(dom.querySelector(".rdit-lines")?.textContent).toBe("plain words\n");
    press(dom, "Show as it was meant");
    expect(dom.querySelector(".rdit-html")).not.toBeNull();
  });

  test("what takes code that comes later is drawn at once from the second time on", async () => {
    const first = render(item("display", "x", { "text/html": "<b>x</b>" }));
    await vi.waitFor(() => expect(first.dom.querySelector(".rdit-html")).not.toBeNull(), { timeout: 30_000 });
    const second = render(item("display", "y", { "text/html": "<b>y</b>" }));
    expect(second.dom.querySelector(".rdit-html")?.shadowRoot?.textContent).toBe("y");
  });

  test("it folds to a line that says what it is, and unfolds", () => {
    const resized = vi.fn();
    const { dom } = render(item("stdout", "a\nb\nc\n"), { ...page(), resized });
    const body = dom.querySelector(".rdit-body") as HTMLElement;
    press(dom, "Fold this output");
    expect(body.hidden).toBe(true);
    const unfold = dom.querySelector(".rdit-unfold") as HTMLButtonElement;
    expect(unfold.textContent).toBe("Text, 3 lines, 6 bytes");
    expect(document.activeElement).toBe(unfold);
    unfold.click();
    expect(body.hidden).toBe(false);
    expect(resized.mock.calls.length).toBeGreaterThanOrEqual(2);
  });

  test("Copy takes the text as it is seen, folded lines and all, and says so", async () => {
    const writeText = vi.fn(async (_: string) => undefined);
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    const announce = vi.fn();
    const text = Array.from({ length: 1000 }, (_, n) => `\x1b[3${n % 8}mline ${n}\x1b[0m\n`).join("");
    const { dom } = render(item("stdout", text), { ...page(), announce });
    press(dom, "Copy");
    await vi.waitFor(() => expect(announce).toHaveBeenCalledWith("Copied"), { timeout: 30_000 });
    expect(writeText.mock.calls[0]?.[0]).toBe(Array.from({ length: 1000 }, (_, n) => `line ${n}\n`).join(""));
  });

  test("a browser that refuses to copy is quoted", async () => {
    vi.stubGlobal("navigator", {
      clipboard: { writeText: async () => Promise.reject(new Error("Not allowed.")) },
    });
    const announce = vi.fn();
    press(render(item("stdout", "a\nb\n"), { ...page(), announce }).dom, "Copy");
    await vi.waitFor(() => expect(announce).toHaveBeenCalledWith("Not allowed."), { timeout: 30_000 });
  });

  test("its buttons are one stop for the Tab key; arrows move between them", () => {
    const { dom } = render(item("display", "text", { "text/html": "<b>x</b>" }));
    const buttons = Array.from(dom.querySelectorAll<HTMLButtonElement>("[role=toolbar] button"));
    expect(buttons.filter((one) => one.tabIndex === 0)).toHaveLength(1);
    buttons[0]?.focus();
    buttons[0]?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    expect(document.activeElement).toBe(buttons[1]);
    expect(buttons.filter((one) => one.tabIndex === 0)).toEqual([buttons[1]]);
  });

  test("it has a name for those who do not see it", () => {
    const { dom } = render(item("display", "", { "image/png": samples.png }));
    expect(dom.getAttribute("role")).toBe("group");
    expect(dom.getAttribute("aria-label")).toBe("Image, 605 × 286");
  });

  test("what came late says so", () => {
    expect(render({ ...item("stdout", "x\n"), late: true }).dom.textContent).toContain(
      "after the statement had ended",
    );
  });
});

describe("the next state of an item", () => {
  test("of another type is not taken over", () => {
    const rendered = render(item("stdout", "a\n"));
    expect(rendered.update(item("stderr", "a\n"))).toBe(false);
  });

  test("may leave out what was null", () => {
    const rendered = render(item("stdout", "a\n"));
    expect(rendered.update({ type: "stdout", text: "a\nb\n" })).toBe(true);
  });

  test("that got richer is drawn anew", () => {
    const rendered = render(item("display", "a"));
    expect(rendered.update(item("display", "a", { "text/html": "<b>a</b>" }))).toBe(false);
  });

  test("an image changes in place", () => {
    const rendered = render(item("display", "", { "image/png": samples.png }));
    const image = rendered.dom.querySelector("img");
    const before = image?.src;
    expect(rendered.update(item("display", "", { "image/png": samples.png }))).toBe(true);
    expect(rendered.dom.querySelector("img")).toBe(image);
    expect(image?.src).not.toBe(before);
  });

  test("stays folded", () => {
    const rendered = render(item("stdout", "a\nb\n"));
    press(rendered.dom, "Fold this output");
    expect(rendered.update(item("stdout", "a\nb\nc\n"))).toBe(true);
    expect((rendered.dom.querySelector(".rdit-body") as HTMLElement).hidden).toBe(true);
    expect(rendered.dom.querySelector(".rdit-unfold")?.textContent).toBe("Text, 3 lines, 6 bytes");
  });
});

describe("images", () => {
  const imageOf = (
    metadata: Record<string, unknown> | null,
    data: Record<string, unknown> = { "image/png": samples.png },
  ) => {
    const image = render({ ...item("display", "", data), metadata }).dom.querySelector("img");
    return [image?.getAttribute("width"), image?.getAttribute("height")];
  };

  test("have their place before they are loaded", () => expect(imageOf(null)).toEqual(["605", "286"]));
  test("have the size that their metadata states", () =>
    expect(imageOf({ "image/png": { width: 300, height: 100 } })).toEqual(["300", "100"]));
  test("keep their shape when one side is stated", () =>
    expect(imageOf({ "image/png": { width: 302.5 } })).toEqual(["303", "143"]));
  test("in SVG have the size that they state in points", () =>
    expect(imageOf(null, { "image/svg+xml": samples.svg })).toEqual(["528", "250"]));
  test("are described by the text beside them", () => {
    const { dom } = render(item("display", "Sales by month", { "image/png": samples.png }));
    expect(dom.querySelector("img")?.alt).toBe("Sales by month");
  });

  test("an SVG is an image, whose scripts do not run, and no part of the page", () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const { dom } = render(item("display", "", { "image/svg+xml": svg }));
    expect(dom.querySelector("img")?.src).toMatch(/^blob:/);
    expect(dom.querySelector("script, svg:not(.rdit-icon)")).toBeNull();
  });

  test("their memory is given back", () => {
    const revoke = vi.spyOn(URL, "revokeObjectURL");
    const rendered = render(item("display", "", { "image/png": samples.png }));
    const url = rendered.dom.querySelector("img")?.src;
    rendered.destroy();
    expect(revoke).toHaveBeenCalledExactlyOnceWith(url);
  });
});

test("an output that is too much is text until a reader asks", () => {
  const levels = Array.from(
    { length: 9 },
    (_, level) => `<g id="l${level + 1}">${`<use href="#l${level}"/>`.repeat(10)}</g>`,
  );
  const source = `<svg xmlns="http://www.w3.org/2000/svg"><path id="l0"/>${levels.join("")}</svg>`;
  const { dom } = renderItem(item("display", "<Drawing>", { "image/svg+xml": source }), page());
  expect(dom.querySelector("img")).toBeNull();
  expect(dom.textContent).toContain("more shapes than the page draws");
  expect(dom.textContent).toContain("<Drawing>");
  [...dom.querySelectorAll("button")].find((button) => button.textContent === "Show")?.click();
  expect(dom.querySelector("img")).not.toBeNull();
});
