/**
 * Formulas in Markdown: `$…$` and `\(…\)` within a line, `$$…$$`, `\[…\]` or `\begin{…}…\end{…}` standing alone. Dollars
 * go by the rules of Pandoc (`tex_math_dollars`) and a little more, so that prices stay prices: no space inside the
 * dollars, and what closes a formula is the very next dollar, with neither digit nor word after it.
 */
import type { MarkdownIt, StateInline } from "markdown-it";

/** What may follow a formula at once although it is a letter: the $n$th, two $x$s. */
const ENDING = /^(?:th|st|nd|rd|s)(?![\p{L}\p{N}_])/u;
const WORD = /^[\p{L}\p{N}_]/u;

/** Where the formula's text ends that begins at *start* of *src*; null when there is none. */
function closing(src: string, start: number, end: number, dollars: string): number | null {
  for (let at = start; at < end; at += 1) {
    if (src[at] === "\\") at += 1;
    // Backticks are stronger: what is between them is code.
    else if (src[at] === "`" && dollars === "$") return null;
    else if (src.startsWith(dollars, at)) {
      if (at === start) return null;
      if (dollars !== "$") return at;
      const after = src.slice(at + 1, at + 5);
      const closes = !/\s/.test(src[at - 1] ?? "") && (!WORD.test(after) || ENDING.test(after));
      return closes ? at : null;
    }
  }
  return null;
}

function takeFormula(state: StateInline, content: string, end: number, displayed: boolean, silent: boolean) {
  if (!silent) state.push(displayed ? "formula_displayed" : "formula", "", 0).content = content;
  state.pos = end;
  return true;
}

/** A formula in dollars. */
function inDollars(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  if (src[pos] !== "$") return false;
  const displayed = src[pos + 1] === "$";
  const dollars = displayed ? "$$" : "$";
  const start = pos + dollars.length;
  if (!displayed && /\s/.test(src[start] ?? " ")) return false;
  const end = closing(src, start, state.posMax, dollars);
  return end !== null && takeFormula(state, src.slice(start, end), end + dollars.length, displayed, silent);
}

/** By what parses a text: from which place on the end of a formula is missing, by what was looked for. */
const missingEnds = new WeakMap<object, Map<string, number>>();

function missingIn(state: object): Map<string, number> {
  const known = missingEnds.get(state) ?? new Map<string, number>();
  missingEnds.set(state, known);
  return known;
}

/** A formula in the brackets of LaTeX; an escaped link, `\[text\](address)`, is none. */
function inBrackets(state: StateInline, silent: boolean): boolean {
  // What was not found is not looked for again from a later place.
  const end = state.src[state.pos + 1] === "(" ? "\\)" : "\\]";
  const missing = missingIn(state);
  if (state.pos >= (missing.get(end) ?? Number.POSITIVE_INFINITY)) return false;
  if (!state.src.includes(end, state.pos + 2)) {
    missing.set(end, state.pos);
    return false;
  }
  const found = /^\\(?:\((.+?)\\\)|\[(.+?)\\\](?![[(:]))/s.exec(state.src.slice(state.pos, state.posMax));
  const content = found?.[1] ?? found?.[2] ?? "";
  if (!found || content.trim() === "") return false;
  return takeFormula(state, content, state.pos + found[0].length, found[2] !== undefined, silent);
}

export function mathematics(markdown: MarkdownIt): void {
  markdown.inline.ruler.after("escape", "formula", inDollars);
  markdown.inline.ruler.before("escape", "formula_in_brackets", (state, silent) => {
    return state.src[state.pos] === "\\" && inBrackets(state, silent);
  });

  markdown.block.ruler.before(
    "fence",
    "formula_displayed",
    (state, startLine, endLine, silent) => {
      const lineAt = (line: number) =>
        state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line] ?? 0);
      const first = lineAt(startLine);
      const environment = /^\\begin\{([a-z]+\*?)\}/i.exec(first)?.[1];
      const isBracketed = first.startsWith("\\[");
      if (!environment && !isBracketed && !first.startsWith("$$")) return false;
      const end = environment ? `\\end{${environment}}` : isBracketed ? "\\]" : "$$";
      // What was not found is not looked for again from a later line.
      const missing = missingIn(state);
      const search = `${endLine} ${end}`;
      if (startLine >= (missing.get(search) ?? Number.POSITIVE_INFINITY)) return false;
      for (let line = startLine; line < endLine; line += 1) {
        const text = line === startLine && !environment ? first.slice(2) : lineAt(line);
        if (!text.trimEnd().endsWith(end)) continue;
        if (silent) return true;
        const lines = state.getLines(startLine, line + 1, state.blkIndent, false).trim();
        const token = state.push("formula_displayed", "", 0);
        token.content = environment ? lines : lines.slice(2, -2);
        token.map = [startLine, line + 1];
        state.line = line + 1;
        return true;
      }
      missing.set(search, startLine);
      return false;
    },
    { alt: ["paragraph", "reference", "blockquote", "list"] },
  );

  const written = (tag: string, name: string) => (tokens: { content: string }[], index: number) =>
    `<${tag} class="${name}">${markdown.utils.escapeHtml(tokens[index]?.content ?? "")}</${tag}>`;
  markdown.renderer.rules.formula = written("span", "rdit-formula");
  markdown.renderer.rules.formula_displayed = written("span", "rdit-formula-displayed");
}
