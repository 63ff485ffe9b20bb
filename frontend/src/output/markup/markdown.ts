/** Markdown by markdown-it, with HTML off; what it makes is sanitised all the same. */
import { pythonLanguage } from "@codemirror/lang-python";
import { classHighlighter, highlightCode } from "@lezer/highlight";
import MarkdownIt from "markdown-it";
import { element } from "../../ui/element";
import { sanitised } from "../html/sanitise";
import { mathematics } from "./markdown-math";

const markdown = new MarkdownIt({ html: false, linkify: false, breaks: false }).use(mathematics);

let latex: typeof import("./latex") | null = null;

/** What *source* means, as nodes. Formulas load KaTeX when there are the first of them. */
export function drawMarkdown(source: string): Node | Promise<Node> {
  const content = sanitised(markdown.render(source));
  for (const code of content.querySelectorAll<HTMLElement>(
    "pre > code.language-python, pre > code.language-py",
  ))
    highlight(code);
  for (const table of content.querySelectorAll("table")) {
    const frame = element("div", { class: "rdit-markdown-table" });
    table.replaceWith(frame);
    frame.append(table);
  }
  const formulas = content.querySelectorAll<HTMLElement>(".rdit-formula, .rdit-formula-displayed");
  const finish = ({ drawFormula }: typeof import("./latex")) => {
    for (const formula of formulas)
      drawFormula(formula.textContent ?? "", formula, formula.classList.contains("rdit-formula-displayed"));
    return content;
  };
  if (formulas.length === 0) return content;
  if (latex) return finish(latex);
  return import("./latex").then((loaded) => {
    latex = loaded;
    return finish(loaded);
  });
}

function highlight(code: HTMLElement): void {
  const text = code.textContent ?? "";
  code.replaceChildren();
  highlightCode(
    text,
    pythonLanguage.parser.parse(text),
    classHighlighter,
    (part, classes) => code.append(classes ? element("span", { class: classes }, part) : part),
    () => code.append("\n"),
  );
}
