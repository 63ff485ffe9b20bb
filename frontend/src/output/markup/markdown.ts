/**
 * Markdown by markdown-it: CommonMark with tables, footnotes, task lists, bare addresses and formulas. HTML within it is
 * sanitised like everything that it makes, and carries no classes or names of its own into the page.
 */
import { pythonLanguage } from "@codemirror/lang-python";
import { classHighlighter, highlightCode } from "@lezer/highlight";
import MarkdownIt from "markdown-it";
import footnotes from "markdown-it-footnote";
import { element } from "../../ui/element";
import { sanitised } from "../html/sanitise";
import { mathematics } from "./markdown-math";
import { tasks } from "./markdown-tasks";

const markdown = new MarkdownIt({ html: true, linkify: true, breaks: false })
  .use(footnotes)
  .use(tasks)
  .use(mathematics);
// A name with a dot in it is more often a module or a file than an address: `script.py` ends like the web of Paraguay.
markdown.linkify.set({ fuzzyLink: false });

/** The page styles these; any other class is some other part's of the page. */
const CLASSES = /^(?:language-[\w+#.-]+|footnote[\w-]*|rdit-formula(?:-displayed)?|rdit-task)$/;
/** Where footnotes and what refers to them find each other. */
const FOOTNOTE = /^fn(?:ref)?-/;

/** One takes up to a millisecond; between so many, the page does what else it has to. */
const FORMULAS_AT_ONCE = 30;
const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve));

let latex: typeof import("./latex") | null = null;
let drawnDocuments = 0;

/** What *source* means, as nodes. Formulas load KaTeX when there are the first of them. */
export function drawMarkdown(source: string): Node | Promise<Node> {
  drawnDocuments += 1;
  // Two documents of one page each have a first footnote.
  const content = sanitised(markdown.render(source, { docId: String(drawnDocuments) }));
  withoutNames(content);
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
  // What one formula defines, those after it may use.
  const macros = {};
  const draw = ({ drawFormula }: typeof import("./latex"), start: number, end: number) => {
    for (const formula of Array.from(formulas).slice(start, end)) {
      const displayed = formula.classList.contains("rdit-formula-displayed");
      drawFormula(formula.textContent ?? "", formula, displayed, macros);
    }
  };
  const finish = (loaded: typeof import("./latex")) => {
    draw(loaded, 0, FORMULAS_AT_ONCE);
    return formulas.length <= FORMULAS_AT_ONCE ? content : drawRest(loaded);
  };
  const drawRest = async (loaded: typeof import("./latex")) => {
    for (let start = FORMULAS_AT_ONCE; start < formulas.length; start += FORMULAS_AT_ONCE) {
      await nextTurn();
      draw(loaded, start, start + FORMULAS_AT_ONCE);
    }
    return content;
  };
  if (formulas.length === 0) return content;
  if (latex) return finish(latex);
  return import("./latex").then((loaded) => {
    latex = loaded;
    return finish(loaded);
  });
}

/** Take away classes, ids and names by which HTML in a document could pass for a part of the page. */
function withoutNames(content: DocumentFragment): void {
  for (const part of content.querySelectorAll("[class], [id], [name]")) {
    const classes = [...part.classList].filter((one) => CLASSES.test(one));
    if (classes.length > 0) part.setAttribute("class", classes.join(" "));
    else part.removeAttribute("class");
    if (!FOOTNOTE.test(part.id)) part.removeAttribute("id");
    part.removeAttribute("name");
  }
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
