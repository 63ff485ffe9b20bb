// @vitest-environment jsdom
import { beforeAll, describe, expect, test } from "vitest";
import { drawLatex } from "../../../src/output/markup/latex";
import { drawMarkdown } from "../../../src/output/markup/markdown";
import { hostileMarkdown } from "../hostile";

// KaTeX looks at it when it is loaded; a page of ours has a doctype.
beforeAll(() => expect(document.compatMode).toBe("CSS1Compat"));

async function drawn(source: string): Promise<HTMLElement> {
  const holder = document.createElement("div");
  holder.append(await drawMarkdown(source));
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
  ["HTML is text", "<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>"],
  ["quotes", "> a", "<blockquote>\n<p>a</p>\n</blockquote>"],
])("%s", async (_, source, html) => expect((await drawn(source)).innerHTML.trim()).toBe(html));

test("tables scroll within a frame of their own and keep their alignment", async () => {
  const dom = await drawn("| a | b |\n|---|--:|\n| 1 | 2 |");
  expect(dom.querySelector(".rdit-markdown-table > table")).not.toBeNull();
  expect(dom.querySelectorAll("td")[1]?.style.textAlign).toBe("right");
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
    ["a dollar alone", "a $ b", []],
    ["escaped dollars", "\\$a\\$", []],
    ["code stays code", "`$a$`", []],
  ])("%s", async (_, source, expected) => expect(await formulas(source)).toEqual(expected));

  test("one that is wrong is shown as it was written", async () => {
    expect((await drawn("$\\frac{$")).textContent).toContain("\\frac{");
  });

  test.each(["$\\displaystyle x^2$", "$$x^2$$", "x^2", "\\[x^2\\]", "\\begin{matrix}x^2\\end{matrix}"])(
    "a LaTeX value is a formula: %s",
    (source) => {
      const holder = document.createElement("div");
      holder.append(drawLatex(source));
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
