// @vitest-environment jsdom
import { beforeAll, describe, expect, test } from "vitest";
import { drawLatex } from "../../../src/output/markup/latex";
import { drawMarkdown } from "../../../src/output/markup/markdown";
import { hostileMarkdown } from "../hostile";

// KaTeX looks at it when it is loaded; a page of ours has a doctype.
beforeAll(() => expect(document.compatMode).toBe("CSS1Compat"));

async function drawn(source: string): Promise<HTMLElement> {
  const holder = document.createElement("div");
  await drawMarkdown(source, holder, new AbortController().signal);
  return holder;
}

test.each<[string, string, string]>([
  ["headings", "# A", "<h1>A</h1>"],
  ["emphasis", "*a* **b** `c` ~~d~~", "<p><em>a</em> <strong>b</strong> <code>c</code> <s>d</s></p>"],
  ["lists", "- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"],
  [
    "links, which open elsewhere",
    "[a](https://example.org)",
    '<p><a href="https://example.org" target="_blank" rel="noopener noreferrer">a</a></p>',
  ],
  ["HTML", "H<sub>2</sub>O<br>&alpha; <kbd>A</kbd>", "<p>H<sub>2</sub>O<br>α <kbd>A</kbd></p>"],
  [
    "HTML that passes for no part of the page",
    '<b class="notices" id="rdit" name="body">a</b>',
    "<p><b>a</b></p>",
  ],
  [
    "bare addresses, and no files",
    "see https://example.org or script.py",
    '<p>see <a href="https://example.org" target="_blank" rel="noopener noreferrer">https://example.org</a> or script.py</p>',
  ],
  ["quotes", "> a", "<blockquote>\n<p>a</p>\n</blockquote>"],
])("%s", async (_, source, html) => expect((await drawn(source)).innerHTML.trim()).toBe(html));

test("tables scroll within a frame of their own and keep their alignment", async () => {
  const dom = await drawn("| a | b |\n|---|--:|\n| 1 | 2 |");
  expect(dom.querySelector(".rdit-markdown-table > table")).not.toBeNull();
  expect(dom.querySelectorAll("td")[1]?.style.textAlign).toBe("right");
});

test("tasks have boxes that say what they are, and lists nest", async () => {
  const dom = await drawn("- [x] done\n- [ ] *open*\n  - [x] deep\n- [link](https://a.org) [x] no");
  const boxes = [...dom.querySelectorAll("input")];
  expect(boxes.map(({ checked, disabled }) => [checked, disabled])).toEqual([
    [true, true],
    [false, true],
    [true, true],
  ]);
  expect(boxes.map((box) => box.getAttribute("aria-label"))).toEqual(["Done", "To do", "Done"]);
  expect(dom.querySelector("li em")?.textContent).toBe("open");
});

test("footnotes are each document's own", async () => {
  const source = "Text[^1]\n\n[^1]: A note.";
  const [one, two] = [await drawn(source), await drawn(source)];
  const goal = one.querySelector(".footnote-ref a")?.getAttribute("href")?.slice(1) ?? "";
  expect(one.querySelector(`[id="${goal}"]`)?.textContent).toContain("A note.");
  expect(two.querySelector(`[id="${goal}"]`)).toBeNull();
});

test("what is folded within HTML is Markdown all the same", async () => {
  const dom = await drawn("<details><summary>More <b>here</b></summary>\n\n**bold**\n\n</details>");
  expect(dom.querySelector("details > summary > b")?.textContent).toBe("here");
  expect(dom.querySelector("details > p > strong")?.textContent).toBe("bold");
});

test("Python is highlighted", async () => {
  const dom = await drawn("```python\ndef f(): return 'x'  # y\n```");
  expect(dom.querySelector(".tok-keyword")?.textContent).toBe("def");
  expect(dom.querySelector("code")?.textContent).toBe("def f(): return 'x'  # y\n");
});

describe("formulas", () => {
  const formulas = async (source: string) =>
    Array.from((await drawn(source)).querySelectorAll("annotation"), (one) => one.textContent?.trim());

  test.each<[string, string, string[]]>([
    ["within a line", "so $a^2$ and $b_1$.", ["a^2", "b_1"]],
    ["standing alone", "$$\na = b\n$$", ["a = b"]],
    ["standing alone on one line", "$$a = b$$", ["a = b"]],
    ["double dollars within a line", "so $$a$$ it is", ["a"]],
    ["environments", "\\begin{align}\na &= b\n\\end{align}", ["\\begin{align}\na &= b\n\\end{align}"]],
    ["stars and underscores are the formula's", "$a_1 * b_1$ and $*$", ["a_1 * b_1", "*"]],
    ["prices stay prices", "It costs $5 or $6, not $7.", []],
    ["a price before a formula", "It costs $5 today, and $x_1 + x_2$ is one.", ["x_1 + x_2"]],
    ["prices in a row, then one", "$5 today and $6 tomorrow, but $x_1 + x_2$.", ["x_1 + x_2"]],
    ["a price with a fraction", "Total: $12.50, rate $r = 3$ per day.", ["r = 3"]],
    ["a dollar in brackets", "We had 3 USD ($), then $a$ and $b$.", ["a", "b"]],
    ["names of a shell", "Set PATH=$HOME/bin:$PATH and the cost is $c$.", ["c"]],
    ["a price and then code", "$5 and `load$name`, but `x$` is $y$", ["y"]],
    ["the letters of an ordinal", "the $n$th of two $x$s, $5 each", ["n", "x"]],
    ["brackets of LaTeX", "\\(z\\) and \\[w\\] and\n\n\\[\nq\n\\]", ["z", "w", "q"]],
    ["an escaped link is none", "\\[a\\](b) \\(\\)", []],
    ["a dollar alone", "a $ b", []],
    ["escaped dollars", "\\$a\\$", []],
    ["code stays code", "`$a$`", []],
  ])("%s", async (_, source, expected) => expect(await formulas(source)).toEqual(expected));

  test("prices keep their dollars", async () => {
    const dom = await drawn("It costs $5 today, and $x$ more.");
    expect(dom.querySelector("p")?.firstChild?.textContent).toBe("It costs $5 today, and ");
  });

  test("what one formula defines the next may use, also by a name that KaTeX has", async () => {
    const dom = await drawn("$\\newcommand\\R{\\mathbb{Q}} 1$ $\\newcommand{\\foo}{2} 1$ $\\foo\\R$");
    expect([...dom.querySelectorAll("math")].at(-1)?.textContent).toMatch(/^2[Qℚ]/);
  });

  test("a macro of one document is none of the next", async () => {
    expect(
      (await drawn("$\\def\\foo{1} \\foo$ $\\foo$")).querySelector("[style*='currentcolor' i]"),
    ).toBeNull();
    expect((await drawn("$\\foo$")).querySelector("[style*='currentcolor' i]")).not.toBeNull();
  });

  test("one that is wrong is shown as it was written", async () => {
    expect((await drawn("$\\frac{$")).textContent).toContain("\\frac{");
  });

  test.each(["$\\displaystyle x^2$", "$$x^2$$", "x^2", "\\[x^2\\]", "\\begin{matrix}x^2\\end{matrix}"])(
    "a LaTeX value is a formula: %s",
    (source) => {
      const holder = document.createElement("div");
      drawLatex(source, holder);
      expect(holder.querySelector("math")).not.toBeNull();
      expect(holder.querySelector(".katex-error")).toBeNull();
    },
  );
});

test.each(hostileMarkdown)("nothing runs: %s", async (_, source) => {
  const dom = await drawn(source);
  expect(dom.querySelector("script, iframe, object, form, style, meta")).toBeNull();
  for (const part of dom.querySelectorAll("*"))
    for (const { name, value } of part.attributes) {
      expect(name).not.toMatch(/^on/i);
      expect(value).not.toMatch(/^\s*(javascript|data:text)/i);
      if (name === "src") expect(value).toMatch(/^data:image/);
    }
});

describe("formulas that never end take one look each", () => {
  test.each([
    ["environments", "\\begin{a}\n", 10_000],
    ["environments between paragraphs", "x\n\\begin{a}\n\n", 7_000],
    ["brackets", "\\( ", 40_000],
    ["square brackets", "\\[ ", 40_000],
    ["dollars", "$a ", 13_000],
  ])("%s", async (_, start, count) => {
    const dom = await drawn(start.repeat(count));
    expect(dom.querySelectorAll(".rdit-formula, .rdit-formula-displayed")).toHaveLength(0);
  });

  test("and those after them that do end are found", async () => {
    const dom = await drawn("\\( a\n\n\\(b\\) \\( c\n\n\\begin{a}\nx\n\n\\begin{b}\ny\n\\end{b}\n");
    expect(dom.querySelectorAll(".rdit-formula")).toHaveLength(1);
    expect(dom.querySelectorAll(".rdit-formula-displayed")).toHaveLength(1);
  });
});

test("many formulas are drawn in turns, between which the page lives", async () => {
  let isDrawn = false;
  const drawing = drawn("$a$ ".repeat(100)).then((dom) => {
    isDrawn = true;
    return dom;
  });
  let turns = 0;
  while (!isDrawn) {
    turns += 1;
    await new Promise((resolve) => setTimeout(resolve));
  }
  expect((await drawing).querySelectorAll(".katex")).toHaveLength(100);
  expect(turns).toBeGreaterThan(2);
});

test("each portion is laid out in its own turn, so that no frame has to do it for many", async () => {
  let laidOut = 0;
  const own = Element.prototype.getBoundingClientRect;
  Element.prototype.getBoundingClientRect = function () {
    laidOut += 1;
    return own.call(this);
  };
  try {
    await drawn("Some prose of *this* and **that**.\n\n".repeat(1_000));
  } finally {
    Element.prototype.getBoundingClientRect = own;
  }
  expect(laidOut).toBeGreaterThan(5);
});
