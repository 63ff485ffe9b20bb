/**
 * Markdown by markdown-it: CommonMark with tables, footnotes, task lists, bare addresses and formulas. HTML within it is
 * sanitised like everything that it makes, and carries no classes or names of its own into the page.
 */
import MarkdownIt from "markdown-it";
import footnotes from "markdown-it-footnote";
import { size } from "../../ui/amounts";
import { nextTurn } from "../../ui/next-turn";
import { Budget } from "../html/bounds";
import { sanitised } from "../html/sanitise";
import { button } from "../rendering/controls";
import { takeCode } from "./code";
import { MAX_FORMULA, MAX_FORMULAS, MAX_HIGHLIGHTED, signsOfFormula, TooMuch } from "./limits";
import { mathematics } from "./markdown-math";
import { tasks } from "./markdown-tasks";
import { frameTables, graft, type Portion, PortionedMarkdown } from "./portions";

export const markdown = new MarkdownIt({ html: true, linkify: true, breaks: false })
  .use(footnotes)
  .use(tasks)
  .use(mathematics);
// A name with a dot in it is more often a module or a file than an address: `script.py` ends like the web of Paraguay.
markdown.linkify.set({ fuzzyLink: false });
const portioned = new PortionedMarkdown(markdown);

/** The page styles these; any other class is some other part's of the page. */
const CLASSES =
  /^(?:language-[\w+#.-]+|footnote[\w-]*|rdit-as-written|rdit-formula(?:-displayed)?|rdit-task)$/;
/** Signs of formulas, and of each some more: KaTeX takes some milliseconds for so many. */
const SIGNS_AT_ONCE = 400;
const FORMULA = 20;
/** Where footnotes and what refers to them find each other. */
const FOOTNOTE = /^fn(?:ref)?-/;

let latex: typeof import("./latex") | null = null;
let drawnDocuments = 0;

/**
 * Draw what *source* means into *into*. What takes a moment is there at once; what takes longer comes portion by portion,
 * between which the page does what else it has to, until *signal* says that nobody needs it any more. Formulas load KaTeX
 * when there are the first of them. Throws `TooMuch` where there is too much of them for what no reader has asked for.
 */
export function drawMarkdown(
  source: string,
  into: HTMLElement,
  signal: AbortSignal,
  isAsked = false,
): void | Promise<void> {
  const steps = new Drawing(into, isAsked).steps(source);
  const pause = steps.next();
  if (!pause.done) return finish(steps, pause.value, signal);
}

/**
 * What a drawing waits for: the next turn, or what is still to be loaded. It waits for no frame: one costs as much as there
 * is on the page already, and how many there are is best left to the browser.
 */
type Pause = () => Promise<void>;

async function finish(steps: Generator<Pause>, first: Pause, signal: AbortSignal): Promise<void> {
  for (let pause = first; ; ) {
    await pause();
    signal.throwIfAborted();
    const next = steps.next();
    if (next.done) return;
    pause = next.value;
  }
}

class Drawing {
  /** What one formula defines, those after it may use. */
  readonly #macros: Record<string, string> = {};
  readonly #budget = new Budget();
  readonly #highlighted = { left: MAX_HIGHLIGHTED };
  #formulaSigns = 0;

  constructor(
    private readonly into: HTMLElement,
    private readonly isAsked: boolean,
  ) {}

  *steps(source: string): Generator<Pause> {
    drawnDocuments += 1;
    // Two documents of one page each have a first footnote.
    let isDrawn = false;
    for (const portion of portioned.portions(source, { docId: String(drawnDocuments) })) {
      if (!portion) {
        yield nextTurn;
        continue;
      }
      if (isDrawn) yield nextTurn;
      yield* this.#draw(portion);
      isDrawn = true;
    }
  }

  *#draw({ html, depth }: Portion): Generator<Pause> {
    const content = sanitised(html, this.#budget);
    withoutNames(content);
    const formulas = [...content.querySelectorAll<HTMLElement>(".rdit-formula, .rdit-formula-displayed")];
    if (formulas.length > 0 && !latex) yield loadLatex;
    let signs = 0;
    for (const formula of formulas) {
      const own = FORMULA + signsOfFormula(formula.textContent ?? "");
      if (signs > 0 && signs + own > SIGNS_AT_ONCE) {
        yield nextTurn;
        signs = 0;
      }
      this.#drawFormula(formula);
      signs += own;
    }
    if (signs > SIGNS_AT_ONCE) yield nextTurn; // to lay out a long formula takes as long as to make it
    frameTables(content, depth);
    const codes = [...content.querySelectorAll<HTMLElement>("pre > code")].map(takeCode);
    graft(this.into, content, depth);
    layOut(this.into);
    for (const draw of codes) if (draw) yield* draw(this.#highlighted);
  }

  #drawFormula(formula: HTMLElement): void {
    const tex = formula.textContent ?? "";
    const displayed = formula.classList.contains("rdit-formula-displayed");
    const draw = () => latex?.drawFormula(tex, formula, displayed, this.#macros);
    const signs = signsOfFormula(tex);
    if (signs <= MAX_FORMULA) {
      this.#formulaSigns += signs;
      if (this.#formulaSigns > MAX_FORMULAS && !this.isAsked) throw new TooMuch();
      draw();
    } else formula.replaceChildren(button(`Show ${size(tex.length)} of formula`, draw));
  }
}

/** Lay out what came last, so that no frame has to do that for many portions at once. */
function layOut(drawn: HTMLElement): void {
  drawn.lastElementChild?.getBoundingClientRect();
}

async function loadLatex(): Promise<void> {
  latex = await import("./latex");
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
