/** Task lists in Markdown, as GitHub has them: an item that begins with `[ ]` or `[x]` gets a box, which only shows. */
import type { MarkdownIt } from "markdown-it";

const BOX = /^\[([ xX])\][ \u00A0]/;

export function tasks(markdown: MarkdownIt): void {
  markdown.core.ruler.after("inline", "tasks", ({ tokens, Token }) => {
    tokens.forEach((token, index) => {
      const [paragraph, item] = [tokens[index - 1], tokens[index - 2]];
      const first = token.children?.[0];
      const found = first?.type === "text" ? BOX.exec(first.content) : null;
      if (!first || !found || paragraph?.type !== "paragraph_open" || item?.type !== "list_item_open") return;
      first.content = first.content.slice(found[0].length);
      item.attrJoin("class", "rdit-task");
      const box = new Token("task_box", "", 0);
      box.meta = { isDone: found[1] !== " " };
      token.children?.unshift(box);
    });
  });
  markdown.renderer.rules.task_box = (tokens: { meta: Record<string, unknown> | null }[], index: number) => {
    const isDone = tokens[index]?.meta?.isDone === true;
    return `<input type="checkbox" disabled aria-label="${isDone ? "Done" : "To do"}"${isDone ? " checked" : ""}> `;
  };
}
