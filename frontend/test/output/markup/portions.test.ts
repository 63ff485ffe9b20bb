// @vitest-environment jsdom
import { expect, test } from "vitest";
import { sanitised } from "../../../src/output/html/sanitise";
import { drawMarkdown, markdown } from "../../../src/output/markup/markdown";
import {
  frameTables,
  graft,
  PORTION,
  type Portion,
  PortionedMarkdown,
} from "../../../src/output/markup/portions";
import { hostile, hostileMarkdown } from "../hostile";

function portionsOf(source: string, limit: number): Portion[] {
  const made = [...new PortionedMarkdown(markdown, limit).portions(source, { docId: "1" })];
  return made.filter((portion) => portion !== null);
}

function whole(source: string): string {
  const content = sanitised(markdown.render(source, { docId: "1" }));
  frameTables(content, 0);
  return html(content);
}

function inPortions(source: string, limit: number): string {
  const live = document.createElement("div");
  for (const { html, depth } of portionsOf(source, limit)) {
    const content = sanitised(html);
    frameTables(content, depth);
    graft(live, content, depth);
  }
  return html(live);
}

function html(content: Node): string {
  const holder = document.createElement("div");
  holder.append(content.cloneNode(true));
  return (content instanceof DocumentFragment ? holder : (holder.firstElementChild as Element)).innerHTML;
}

const BLOCKS = [
  "# A heading",
  "Words and *more* `words`, [a link](https://a.example) and $x^2$.",
  "- one\n- two\n  - deep\n\n    with a paragraph\n\n    | a | b |\n    |---|--:|\n    | 1 | 2 |\n    | 3 | 4 |\n- three",
  "3. third\n4. fourth\n\n   > quoted\n   >\n   > - [x] done\n   > - [ ] open",
  "> a\n> > b\n> >\n> > c\n>\n> d",
  "| a | b |\n|:--|---|\n| 1 | <b>2</b> |\n| 3 | $4$ |",
  "```python\ndef f():\n    return 1\n```",
  "$$\nx\n$$",
  "Text[^1] and[^long] again[^1], and ^[of its own, https://b.example]",
  "[^1]: A note.",
  "[^long]: A note\n\n    of two paragraphs\n\n    - and a list",
  "[reference]\n\n[reference]: https://c.example 'title'",
  "<details><summary>More</summary>\n\nInner *words*\n\n- a\n- b\n\n</details>",
  "<div>\n\nopen *and*\n\n</div>",
  "<!-- a comment\n\nof two -->",
  "<p>a <b>bold</b><br> word</p>",
  "- <div>\n\n  inside\n\n  </div>\n- after",
  "<svg><path d='M0 0'/><g><circle r='1'/></g></svg>",
  "---",
];
/** HTML that is not closed, or closes what it did not open. */
const BROKEN = [
  "<div>",
  "</div>",
  "<b>",
  "- a </li> b\n\n  c\n- d",
  "- a <li>x</li>\n\n  b",
  "<table><tr><td>\n\na\n\n</table>",
  "| a |\n|---|\n| <td>x</td> |\n| <table> |\n| </tr> |",
  "<p>a<p>b",
  "<!-- never closed",
  "text <br/> <img src='a.png'> a < b <span/> c",
  "<select><option>a\n\nb\n\n</select>",
  "<i>a\n\n*b*</i> c",
  "<svg><p>a</svg></p>",
  "<textarea>\n\n</div>\n\n</textarea>",
  "<!--a--!> b\n\n-->",
];

/** A generator that gives the same numbers each time (mulberry32). */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

function textOf(seed: number, blocks: readonly string[]): string {
  const chance = numbers(seed);
  const text: string[] = [];
  for (let count = 2 + Math.floor(chance.next().value * 7); count > 0; count -= 1) {
    const block = blocks[Math.floor(chance.next().value * blocks.length)] as string;
    const indent = ["", "", "> ", "   "][Math.floor(chance.next().value * 4)] as string;
    text.push(block.replace(/^/gm, indent));
  }
  return text.join("\n\n");
}

const SEEDS = Array.from({ length: 50 }, (_, seed) => seed);

test.each([...BLOCKS, ...BROKEN])("in portions it is what it is as a whole: %j", (source) => {
  const text = `before\n\n${source}\n\nafter\n\n- a list\n- of two`;
  expect(inPortions(text, 1)).toBe(whole(text));
});

test("so are texts put together by chance", () => {
  for (const seed of SEEDS) {
    const text = textOf(seed, BLOCKS);
    expect(inPortions(text, 1), text).toBe(whole(text));
    expect(inPortions(text, 200), text).toBe(whole(text));
  }
});

test("so are those whose HTML is broken", () => {
  for (const seed of SEEDS) {
    const text = textOf(seed, [...BLOCKS, ...BROKEN]);
    expect(inPortions(text, 1), text).toBe(whole(text));
  }
});

test("so are those that mean harm", () => {
  for (const [name, text] of [...hostile, ...hostileMarkdown]) {
    const around = `a\n\n${text}\n\nb\n\n- c\n- d`;
    expect(inPortions(around, 1), name).toBe(whole(around));
  }
});

const rows = Array.from({ length: 2_000 }, (_, row) => `| row ${row} | ${row} |`);
test.each([
  ["a table", `| a | b |\n|---|---|\n${rows.join("\n")}`],
  ["a list", rows.map((_, row) => `${"  ".repeat(row % 12)}- item ${row}`).join("\n")],
  ["prose", "The *quick* `fox` jumps over a [lazy](https://dog.example) dog.\n\n".repeat(1_000)],
  ["HTML", "<details><summary>A</summary>\n\nb\n\n</details>\n\n".repeat(500)],
  ["footnotes", rows.map((_, row) => `a[^${row}]\n\n[^${row}]: note\n\n`).join("")],
])("no portion is large: %s", (_, source) => {
  const portions = portionsOf(source, PORTION);
  expect(portions.length).toBeGreaterThan(5);
  expect(Math.max(...portions.map(({ html }) => html.length))).toBeLessThan(3 * PORTION);
});

test("a long text is drawn in turns, between which the page does other things; it ends when nobody needs it", async () => {
  const into = document.createElement("div");
  const stop = new AbortController();
  const drawing = drawMarkdown("word *after* word\n\n".repeat(3_000), into, stop.signal);
  expect(drawing).toBeInstanceOf(Promise);
  const before = into.childElementCount;
  await new Promise((resolve) => setTimeout(resolve));
  stop.abort();
  const drawn = into.childElementCount;
  await expect(drawing).rejects.toThrow();
  expect(before).toBeLessThan(3_000);
  expect(into.childElementCount).toBe(drawn);
});

test("a formula counts by what it draws, so that a long one is a portion of its own", () => {
  const terms = (count: number) => Array.from({ length: count }, (_, index) => `a_{${index % 10}}`).join("+");
  const formulas = (count: number) => `$$${terms(count)}$$\n\n`;
  const perPortion = (count: number) =>
    portionsOf(formulas(count).repeat(20), PORTION).map(
      ({ html }) => html.split('class="rdit-formula-displayed"').length - 1,
    );
  expect(Math.max(...perPortion(300))).toBe(1);
  expect(Math.max(...perPortion(20))).toBeLessThan(5);
  expect(Math.min(...perPortion(1).slice(0, -1))).toBeGreaterThan(5);
});

test("a long formula is laid out in another turn than it was made in", async () => {
  Object.defineProperty(document, "compatMode", { value: "CSS1Compat" }); // which KaTeX looks at when it is loaded
  const { drawLatex } = await import("../../../src/output/markup/latex");
  const formula = (signs: number) => `$${"x".repeat(signs)}$`;
  const into = () => document.createElement("div");
  const { signal } = new AbortController();
  await drawMarkdown(formula(1), into(), signal);
  expect(drawMarkdown(formula(300), into(), signal)).toBeUndefined();
  expect(drawLatex(formula(300), into())).toBeUndefined();
  await expect(drawMarkdown(formula(600), into(), signal)).resolves.toBeUndefined();
  await expect(drawLatex(formula(600), into())).resolves.toBeUndefined();
});

test("of a paragraph that one could not parse or lay out in parts nothing is drawn but what was written", () => {
  const [long, other] = ["*a* `b`\n".repeat(600), "*a* `b`\n".repeat(300)];
  const dom = document.createElement("div");
  dom.innerHTML = inPortions(`before *it*\n\n${long}\n\n- ${other.trim()}\n\n| a |\n|---|\n| *b* |`, PORTION);
  const written = [...dom.querySelectorAll(".rdit-as-written")];
  expect(written.map((one) => one.textContent)).toEqual([long.trim()]);
  expect(dom.querySelectorAll("li em")).toHaveLength(300);
  expect(dom.querySelector("td em")?.textContent).toBe("b");
});

/** What is in the document whenever something is laid out, as characters of code within one element. */
async function laidOutAtOnce(source: string): Promise<{ most: number; into: HTMLElement }> {
  const into = document.createElement("div");
  const own = Element.prototype.getBoundingClientRect;
  let [before, most] = [0, 0];
  Element.prototype.getBoundingClientRect = function () {
    const now = into.querySelector("code")?.textContent?.length ?? 0;
    [before, most] = [now, Math.max(most, now - before)];
    return own.call(this);
  };
  try {
    await drawMarkdown(source, into, new AbortController().signal);
  } finally {
    Element.prototype.getBoundingClientRect = own;
  }
  return { most, into };
}

test.each([
  ["lines", "value = 1  # a comment\n".repeat(2_000)],
  ["one line", `value = [${"1, 'two', ".repeat(4_000)}]\n`],
  ["signs of two units", `a${"\u{1f600}".repeat(20_000)}\n`],
])("of long code only a part is laid out at once: %s", async (_, code) => {
  for (const language of ["python", "text"]) {
    const { most, into } = await laidOutAtOnce(`\`\`\`${language}\n${code}\`\`\``);
    expect(most).toBeLessThanOrEqual(2_001);
    expect(into.querySelector("code")?.textContent).toBe(code);
    expect(into.querySelectorAll("[class^=tok-]").length).toBeLessThanOrEqual(4_000);
    for (const piece of into.querySelectorAll(".rdit-code-piece"))
      expect(piece.textContent).not.toMatch(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/);
  }
});

test("control: the first thousands of pieces of code are highlighted, in all codes of a document together", async () => {
  const code = (count: number) => `\`\`\`python\n${"x = 1\n".repeat(count)}\`\`\`\n\n`;
  const into = document.createElement("div");
  await drawMarkdown(code(1_000) + code(1_000), into, new AbortController().signal);
  const [first, second] = into.querySelectorAll("code");
  expect(first?.querySelectorAll(".tok-number")).toHaveLength(1_000);
  expect(second?.querySelectorAll(".tok-number").length).toBeLessThan(1_000);
  expect(into.querySelectorAll("[class^=tok-]")).toHaveLength(4_000);
});

test("long code is drawn in parts of whole lines, which hold all of it", async () => {
  const code = Array.from({ length: 400 }, (_, line) => `value_${line} = "${"x".repeat(line % 30)}"\n`).join(
    "",
  );
  for (const language of ["python", "text"]) {
    const into = document.createElement("div");
    await drawMarkdown(`\`\`\`${language}\n${code}\`\`\``, into, new AbortController().signal);
    const parts = [...into.querySelectorAll(".rdit-code-part")];
    expect(parts.length).toBeGreaterThan(5);
    expect(parts.every((part) => part.textContent?.endsWith("\n"))).toBe(true);
    expect(into.querySelector("code")?.textContent).toBe(code);
    expect(into.querySelectorAll(".tok-string").length).toBe(language === "python" ? 400 : 0);
  }
});
