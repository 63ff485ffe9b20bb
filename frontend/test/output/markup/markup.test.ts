import { expect, test, vi } from "vitest";
import { renderItem } from "../../../src/output/render";
import { item, page } from "../items";

// KaTeX looks at it when it is loaded; the page has a doctype.
Object.defineProperty(document, "compatMode", { value: "CSS1Compat" });

const draw = (source: string) =>
  renderItem(item("display", source, { "text/markdown": source }), page()).dom.querySelector(
    ".rdit-markdown",
  );

test("Markdown is its source until it can be drawn, and from then on drawn at once", async () => {
  const first = draw("**a** and $x$");
  expect(first?.querySelector(".rdit-source")?.textContent).toBe("**a** and $x$");
  await vi.waitFor(() => expect(first?.querySelector("strong + .rdit-formula .katex")).not.toBeNull(), {
    timeout: 30_000,
  });
  const second = draw("**b** and $y$");
  expect(second?.querySelector("strong")?.textContent).toBe("b");
  expect(second?.querySelector(".katex")).not.toBeNull();
});

test("a very long text is drawn when a reader asks for it", async () => {
  const dom = draw("a ".repeat(60_000));
  expect(dom?.textContent).toBe("Show 120 kB of text");
  dom?.querySelector("button")?.click();
  expect(dom?.querySelector("button")).toBeNull();
  expect(dom?.textContent).toContain("a a a");
  expect(draw("a ".repeat(40_000))?.querySelector("button")).toBeNull();
});

test.each([
  ["signs", "[a](".repeat(4_000), false],
  ["formulas", "$a$ ".repeat(250), false],
  ["formulas, not as many,", "$a$ ".repeat(150), true],
  ["prose", "The *quick* `fox` jumps over a [lazy](https://dog.example) dog.\n\n".repeat(500), true],
])("a text of many %s is drawn at once only where that takes a moment", (_, source, isDrawn) => {
  const button = draw(source)?.querySelector(":scope > button") ?? null;
  expect(button === null).toBe(isDrawn);
});

test("a formula that takes the browser long to lay out is drawn when a reader asks for it", async () => {
  const terms = (count: number) => Array.from({ length: count }, (_, index) => `a_{${index}}`).join("+");
  const dom = draw(`Short: $${terms(20)}$. Long: $${terms(400)}$.`);
  await vi.waitFor(() => expect(dom?.querySelector(".rdit-formula .katex")).not.toBeNull(), {
    timeout: 30_000,
  });
  const [short, long] = dom?.querySelectorAll(".rdit-formula") ?? [];
  expect(short?.querySelector("button")).toBeNull();
  expect(long?.querySelector(".katex")).toBeNull();
  long?.querySelector("button")?.click();
  expect(long?.querySelector("button")).toBeNull();
  expect(long?.querySelector(".katex")?.textContent).toContain("399");
});

test("a text of formulas that are long together is drawn when a reader asks for it", async () => {
  const formulas = (count: number) => `$${"x+".repeat(400)}x$\n\n`.repeat(count);
  const drawn = (dom: Element | null) =>
    dom?.querySelectorAll(".rdit-drawn:not([aria-hidden]) .katex").length;
  const few = draw(formulas(2));
  await vi.waitFor(() => expect(drawn(few)).toBe(2), { timeout: 30_000 });
  const many = draw(formulas(4));
  await vi.waitFor(() => expect(many?.textContent).toBe("Show 3.2 kB of text"), { timeout: 30_000 });
  expect(many?.hasAttribute("data-loading")).toBe(false);
  many?.querySelector("button")?.click();
  await vi.waitFor(() => expect(drawn(many)).toBe(4), { timeout: 30_000 });
});

test("a long value in LaTeX is drawn when a reader asks for it", async () => {
  const source = `$${"x + ".repeat(1_000)}y$`;
  const dom = renderItem(item("display", source, { "text/latex": source }), page()).dom.querySelector(
    ".rdit-latex",
  );
  expect(dom?.textContent).toBe("Show 4.0 kB of formula");
  dom?.querySelector("button")?.click();
  await vi.waitFor(() => expect(dom?.querySelector(".katex")).not.toBeNull(), { timeout: 30_000 });
});

test("of a long text that is not drawn yet its beginning stands there", () => {
  const source = "Some prose without many signs in it\n\n".repeat(1_500);
  expect(draw(source)?.querySelector(".rdit-source")?.textContent).toBe(source.slice(0, 10_000));
});
