/** Every kind of output on one page, to look at: `npm run dev`, then /test/output/gallery.html. */
import type { OutputItem } from "../../src/backend/types";
import { renderItem } from "../../src/output/render";
import type { RenderedItem } from "../../src/output/rendering/rendering";
import { errors, item, withOmitted } from "./items";
import samples from "./samples.json";

const html = (text: string, plain = "") => item("display", plain, { "text/html": text });

const colours = Array.from({ length: 16 }, (_, n) => {
  const [ink, on] = n < 8 ? [30 + n, 40 + n] : [82 + n, 92 + n];
  return `\x1b[${ink}mink ${n}\x1b[0m \x1b[${on}m on ${n} \x1b[0m \x1b[${ink};1mbold\x1b[0m \x1b[${ink};7minverse\x1b[0m`;
}).join("\n");
const rainbow = [...Array(72).keys()]
  .map((n) => {
    const wave = (shift: number) => Math.round(127 + 127 * Math.sin(n / 11 + shift));
    return `\x1b[38;2;${wave(0)};${wave(2)};${wave(4)}m█\x1b[0m`;
  })
  .join("");

const markdown = `# A heading
A paragraph with *emphasis*, **strength**, \`code\`, a [link](https://example.org) and $e^{i\\pi} + 1 = 0$. It costs $5 or $6.

$$\\int_{-\\infty}^{\\infty} e^{-x^2}\\,dx = \\sqrt{\\pi}$$

| Model | Score | Notes |
|:------|------:|-------|
| Ridge | 0.912 | fast  |
| Lasso | 0.907 | *sparse* |

- one
- two
  1. nested

> Somebody said so.

\`\`\`python
def f(x: int) -> str:
    return f"{x}"  # a comment
\`\`\`
`;

const json = {
  name: "rdit",
  version: [0, 1, 0],
  nested: { deep: { deeper: [1, 2, { deepest: null }] }, empty: {}, none: [] },
  flags: { live: true, faithful: true },
  long: "lorem ipsum ".repeat(60),
  many: Array.from({ length: 250 }, (_, n) => n * n),
};

const shown: [string, OutputItem | OutputItem[]][] = [
  ["print", item("stdout", "Hello, world\n")],
  [
    "stdout, then stderr",
    [item("stdout", "reading …\ndone\n"), item("stderr", "UserWarning: something is odd\n")],
  ],
  ["late", { ...item("stdout", "from a thread\n"), late: true }],
  ["An exception", errors.simple],
  ["With libraries, notes and causes", errors.chained],
  ["A group", errors.group],
  ["Deep recursion", errors.recursion],
  ["As text alone", errors.textOnly],
  ["Syntax error", errors.syntax],
  ["A flood", item("stdout", Array.from({ length: 120_000 }, (_, n) => `line ${n} of the flood\n`).join(""))],
  [
    "A flood of which the server left something out",
    withOmitted(item("stdout", `${"first line\n".repeat(30)}${"last line\n".repeat(60)}`), {
      at: 330,
      characters: 12_345_678,
    }),
  ],
  ["A long value", item("stdout", `[${Array.from({ length: 4000 }, (_, n) => n).join(", ")}]\n`)],
  ["Columns", item("stdout", samples.wide.text)],
  ["Sixteen colours", item("stdout", colours)],
  ["True colour", item("stdout", `${rainbow}\n`)],
  [
    "Attributes and links",
    item(
      "stdout",
      "\x1b[1mbold\x1b[0m \x1b[2mdim\x1b[0m \x1b[3mitalic\x1b[0m \x1b[4munderline\x1b[0m \x1b[9mstrike\x1b[0m \x1b]8;;https://example.org\x1b\\a link\x1b]8;;\x1b\\\n",
    ),
  ],
  ["tqdm", item("stderr", samples.tqdm)],
  ["rich: progress", item("stdout", samples.richProgress)],
  ["rich: table", item("stdout", samples.richTable)],
  ["rich: syntax", item("stdout", samples.richSyntax)],
  ["pandas", html(samples.frame.html, samples.frame.text)],
  ["pandas, wide and long", html(samples.wide.html, samples.wide.text)],
  ["pandas, grouped", html(samples.grouped.html, samples.grouped.text)],
  ["pandas, styled", html(samples.styled.html)],
  ["polars", html(samples.polars.html)],
  [
    "HTML",
    html(
      "<h3>Heading</h3><p>Some <b>bold</b> and <a href='https://example.org'>linked</a> text.</p><details><summary>More</summary>inside</details>",
    ),
  ],
  [
    "HTML with scripts",
    html(
      "<p id=out>…</p><button onclick=\"this.textContent = 'pressed'\">Press</button><script>document.getElementById('out').textContent = 'Written by a script; origin ' + origin</script>",
    ),
  ],
  ["PNG", item("display", "<Figure size 550x260>", { "image/png": samples.png })],
  [
    "PNG, size stated",
    { ...item("display", "", { "image/png": samples.png }), metadata: { "image/png": { width: 300 } } },
  ],
  ["SVG", item("display", "", { "image/svg+xml": samples.svg })],
  ["Broken image", item("display", "", { "image/png": "AAAA" })],
  ["Markdown", item("display", markdown, { "text/markdown": markdown })],
  [
    "LaTeX",
    item("display", "", {
      "text/latex": "$\\displaystyle \\sum_{n=1}^{\\infty} \\frac{1}{n^2} = \\frac{\\pi^2}{6}$",
    }),
  ],
  ["JSON", item("display", String(json), { "application/json": json })],
  ["Sound", item("display", "", { "audio/wav": btoa(silence()) })],
];

/** A tenth of a second of it. */
function silence(): string {
  const word = (value: number) => String.fromCharCode(value & 255, (value >> 8) & 255);
  const long = (value: number) => word(value) + word(value >> 16);
  const data = "\x80".repeat(800);
  return `RIFF${long(36 + data.length)}WAVEfmt ${long(16)}${word(1)}${word(1)}${long(8000)}${long(8000)}${word(1)}${word(8)}data${long(data.length)}${data}`;
}

const rendered: RenderedItem[] = [];
const main = document.querySelector("main") as HTMLElement;
for (const [title, items] of shown) {
  const heading = document.createElement("h2");
  heading.textContent = title;
  const section = document.createElement("section");
  const panel = document.createElement("div");
  panel.className = "rdit-output-items";
  section.append(heading, panel);
  for (const one of [items].flat()) {
    const made = renderItem(one, {
      goToLine: (line, column) => main.setAttribute("data-line", `${line}:${column}`),
      isScript: (file) => file.endsWith("/analysis.py"),
      announce: (text) => main.setAttribute("data-said", text),
      resized: () => undefined,
    });
    rendered.push(made);
    panel.append(made.dom);
  }
  main.append(section);
}
