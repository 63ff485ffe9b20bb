/**
 * Formulas in Markdown: `$…$` within a line and `$$…$$` or `\begin{…}…\end{…}` standing alone, by the rules of Pandoc
 * (`tex_math_dollars`): no space inside the dollars, no digit after the closing one, so that prices stay prices.
 */
import type { MarkdownIt } from "markdown-it";

export function mathematics(markdown: MarkdownIt): void {
  markdown.inline.ruler.after("escape", "formula", (state, silent) => {
    const { src, pos } = state;
    if (src[pos] !== "$") return false;
    const displayed = src[pos + 1] === "$";
    const dollars = displayed ? "$$" : "$";
    const start = pos + dollars.length;
    if (!displayed && /\s/.test(src[start] ?? " ")) return false;
    for (let at = start; at < state.posMax; at += 1) {
      if (src[at] === "\\") at += 1;
      else if (src.startsWith(dollars, at) && at > start) {
        const after = at + dollars.length;
        if (!displayed && (/\s/.test(src[at - 1] ?? "") || /\d/.test(src[after] ?? ""))) continue;
        if (!silent) {
          const token = state.push(displayed ? "formula_displayed" : "formula", "", 0);
          token.content = src.slice(start, at);
        }
        state.pos = after;
        return true;
      }
    }
    return false;
  });

  markdown.block.ruler.before(
    "fence",
    "formula_displayed",
    (state, startLine, endLine, silent) => {
      const lineAt = (line: number) =>
        state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line] ?? 0);
      const first = lineAt(startLine);
      const environment = /^\\begin\{([a-z]+\*?)\}/i.exec(first)?.[1];
      if (!environment && !first.startsWith("$$")) return false;
      const end = environment ? `\\end{${environment}}` : "$$";
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
      return false;
    },
    { alt: ["paragraph", "reference", "blockquote", "list"] },
  );

  const written = (tag: string, name: string) => (tokens: { content: string }[], index: number) =>
    `<${tag} class="${name}">${markdown.utils.escapeHtml(tokens[index]?.content ?? "")}</${tag}>`;
  markdown.renderer.rules.formula = written("span", "rdit-formula");
  markdown.renderer.rules.formula_displayed = written("span", "rdit-formula-displayed");
}
