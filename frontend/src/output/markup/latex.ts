/** LaTeX by KaTeX, which makes elements and sets their styles one by one: no HTML is parsed. */
import katex from "katex";
import "katex/dist/katex.min.css";
import { nextTurn } from "../../ui/next-turn";
import { signsOfFormula } from "./limits";

/** A formula that is made and laid out in one turn. */
const SIGNS_AT_ONCE = 400;

/**
 * Draw *tex*, without its dollars, into *into*. What KaTeX does not understand is shown as written, marked as wrong. What
 * it defines with `\newcommand` and the like goes into *macros*.
 */
export function drawFormula(
  tex: string,
  into: HTMLElement,
  displayed: boolean,
  macros: Record<string, string> = {},
): void {
  katex.render(definable(tex), into, {
    macros,
    globalGroup: true,
    displayMode: displayed,
    // Links, images and styles of a document's own stay off.
    trust: false,
    throwOnError: false,
    errorColor: "currentColor",
    strict: false,
    maxSize: 50,
    maxExpand: 1000,
    output: "htmlAndMathml",
  });
}

/** *tex* whose `\newcommand` may name what KaTeX knows already, such as `\R`, as it may for MathJax in notebooks. */
function definable(tex: string): string {
  return tex.replace(
    /\\newcommand\*?\s*(?:\{\s*(\\(?:[A-Za-z]+|.))\s*\}|(\\[A-Za-z]+))/g,
    (_, braced?: string, bare?: string) => {
      const name = braced ?? bare;
      return `\\providecommand{${name}}{}\\renewcommand{${name}}`;
    },
  );
}

/** A `text/latex` value: formulas in `$…$` or `$$…$$` or bare, or an environment. */
export function drawLatex(source: string, into: HTMLElement): void | Promise<void> {
  const trimmed = source.trim();
  const whole = /^\$\$([\s\S]*)\$\$$|^\$([^$]*)\$$|^\\\[([\s\S]*)\\\]$|^\\\(([\s\S]*)\\\)$/.exec(trimmed);
  drawFormula(
    whole ? (whole[1] ?? whole[2] ?? whole[3] ?? whole[4] ?? "") : trimmed,
    into,
    !/^\$[^$]|^\\\(/.test(trimmed) || isDisplayStyle(trimmed),
  );
  if (signsOfFormula(source) > SIGNS_AT_ONCE) return nextTurn(); // to lay it out takes as long as to make it
}

/** SymPy writes `$\displaystyle …$`. */
function isDisplayStyle(source: string): boolean {
  return source.startsWith("$\\displaystyle");
}
