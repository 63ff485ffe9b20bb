/**
 * Markdown in portions, each of which takes a moment to parse, sanitise and lay out. They begin where a block does, also
 * within lists, quotes and tables; then a portion comes with the tags of the blocks around it, which are there already.
 */
import type { Env, MarkdownIt, StateCore, Token } from "markdown-it";
import { MAX_INLINE, signsOfFormula, signsOfMarkdown } from "./limits";
import { RawTags } from "./raw-tags";

/** About so many characters of prose are a portion: some milliseconds of work. */
export const PORTION = 4_000;
/** What costs more than its characters, in characters of prose. */
const ELEMENT = 25;
const FORMULA = 400;
const SIGN = 20;
const CODE = 4;

export interface Portion {
  /** With the tags around it, of which `depth` are open already and drawn by earlier portions. */
  readonly html: string;
  readonly depth: number;
}

type Rule = (state: StateCore) => void;

export class PortionedMarkdown {
  readonly #toBlocks: Rule[];
  readonly #inlines: Rule[];
  readonly #footnotes: Rule[];
  readonly #links: Rule[];

  constructor(
    private readonly markdown: MarkdownIt,
    private readonly limit = PORTION,
  ) {
    const { ruler } = markdown.core;
    const all = ruler.getRules("");
    const named = (...names: string[]) => {
      ruler.enableOnly(names);
      return ruler.getRules("");
    };
    this.#toBlocks = named("normalize", "block", "strip_references");
    this.#inlines = named("inline", "tasks");
    this.#footnotes = named("footnote_tail");
    this.#links = named("linkify", "replacements", "smartquotes", "text_join");
    named("normalize", "block", "strip_references", "inline", "tasks", "footnote_tail", "linkify");
    ruler.enable(["replacements", "smartquotes", "text_join"]);
    if (ruler.getRules("").some((rule, index) => rule !== all[index]))
      throw new Error("A rule of Markdown is in none of the steps.");
  }

  /** The portions of *source*; null where nothing is done yet, but enough for one turn. */
  *portions(source: string, env: Env): Generator<Portion | null> {
    const state = new this.markdown.core.State(source, this.markdown, env);
    for (const rule of this.#toBlocks) rule(state);
    leaveLong(state.tokens);
    yield* this.#inTurns(state, this.#inlines);
    for (const rule of this.#footnotes) rule(state);
    yield* this.#inTurns(state, this.#links);
    yield* this.#split(state.tokens, env);
  }

  *#split(tokens: Token[], env: Env): Generator<Portion | null> {
    const raw = new RawTags();
    const open: string[] = [];
    let [html, size, around] = ["", 0, [] as string[]];
    const made = (): Portion => ({
      html: opening(around) + html + closing(open),
      depth: around.length,
    });
    for (const [index, token] of tokens.entries()) {
      if (size >= this.limit && raw.areClosed && begins(tokens, index)) {
        yield made();
        [html, size, around] = ["", 0, [...open]];
      }
      const text = this.#render(tokens, index, env);
      html += text;
      size += cost(token);
      raw.read(token);
      if (token.nesting === 1) open.push(...namesIn(text));
      else if (token.nesting === -1) open.splice(open.length - namesIn(text).length);
    }
    yield made();
  }

  /** Apply *rules*, each of which looks at one block at a time, to the tokens of *state*; pause now and then. */
  *#inTurns(state: StateCore, rules: readonly Rule[]): Generator<null> {
    const { tokens } = state;
    let [start, size] = [0, 0];
    const apply = (end: number) => {
      state.tokens = tokens.slice(start, end);
      for (const rule of rules) rule(state);
      [start, size] = [end, 0];
    };
    for (const [index, token] of tokens.entries()) {
      if (size >= this.limit && begins(tokens, index)) {
        apply(index);
        yield null;
      }
      size += token.content.length + ELEMENT;
    }
    apply(tokens.length);
    state.tokens = tokens;
  }

  /** As `Renderer.render` does for all of them. */
  #render(tokens: Token[], index: number, env: Env): string {
    const { renderer, options } = this.markdown;
    const token = tokens[index] as Token;
    if (token.type === AS_WRITTEN)
      return `<span class="rdit-as-written">${this.markdown.utils.escapeHtml(token.content)}</span>`;
    if (token.type === "inline") return renderer.renderInline(token.children ?? [], options, env);
    const rule = renderer.rules[token.type];
    return rule?.(tokens, index, options, env, renderer) ?? renderer.renderToken(tokens, index, options);
  }
}

/** Whether a block begins at *index* that is not the first one of another: an item's box is sought in its first paragraph. */
function begins(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (!token || token.nesting === -1 || token.type === "inline" || token.type === "footnote_anchor")
    return false;
  return tokens[index - 1]?.nesting !== 1;
}

function cost({ type, content, children }: Token): number {
  if (type === "fence" || type === "code_block") return Math.min(content.length, PORTION) * CODE;
  if (type === "formula_displayed") return costOfFormula(content);
  let sum = ELEMENT + content.length;
  for (const child of children ?? [])
    sum += child.type.startsWith("formula") ? costOfFormula(child.content) : ELEMENT;
  return sum;
}

function costOfFormula(tex: string): number {
  return FORMULA + SIGN * signsOfFormula(tex);
}

/** The type of a text that stands there as it was written. */
const AS_WRITTEN = "as_written";

/** Leave what is within one block as it was written where it has too many signs: it is parsed and laid out in one piece. */
function leaveLong(tokens: readonly Token[]): void {
  for (const token of tokens)
    if (token.type === "inline" && signsOfMarkdown(token.content) > MAX_INLINE) token.type = AS_WRITTEN;
}

/** The elements that *tags*, an opening or closing of blocks, opens or closes. */
function namesIn(tags: string): string[] {
  const names = Array.from(tags.matchAll(/<\/?([a-z]\w*)/g), ([, name]) => name ?? "");
  return names.filter((name) => name !== "hr");
}

function opening(names: readonly string[]): string {
  return names.map((name) => `<${name}>`).join("");
}

function closing(names: readonly string[]): string {
  return names
    .map((name) => `</${name}>`)
    .reverse()
    .join("");
}

/** Append *part*, of which *depth* elements are open already, to *live*, where they are the last ones. */
export function graft(live: ParentNode, part: ParentNode, depth: number): void {
  const around = depth > 0 ? part.firstElementChild : null;
  if (around) {
    const last = live.lastElementChild;
    graft((last?.matches(FRAME) ? last.firstElementChild : last) ?? live, around, depth - 1);
    around.remove();
  }
  live.append(...part.childNodes);
}

/** What tables scroll in. */
const FRAME = "div.rdit-markdown-table";

/** Give each table of *part*, of which *depth* elements are open already, a frame of its own. */
export function frameTables(part: ParentNode, depth: number): void {
  const around = new Set<Element>();
  for (let at = part.firstElementChild; at && around.size < depth; at = at.firstElementChild) around.add(at);
  for (const table of part.querySelectorAll("table")) {
    if (around.has(table)) continue;
    const frame = document.createElement("div");
    frame.className = "rdit-markdown-table";
    table.replaceWith(frame);
    frame.append(table);
  }
}
