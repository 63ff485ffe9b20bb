/**
 * Tags of the HTML within Markdown: where all of them are closed, what follows is parsed alike alone and with what is
 * before it. What is not plainly so, such as an end without its beginning, counts as open for the rest of the text.
 */
import type { Token } from "markdown-it";

const EMPTY = new Set(["br", "hr", "img", "wbr"]);
/** Elements that end nothing but a paragraph when they begin, and that have an end. */
const PLAIN = new Set(
  (
    "a abbr article aside b big blockquote center cite code del details dfn div em figcaption figure font footer h1 h2 h3 " +
    "h4 h5 h6 header i ins kbd mark ol p pre q s samp section small span strike strong sub summary sup svg table tt u ul var"
  ).split(" "),
);
/** Elements that are at home in others, and would end what is around them elsewhere. */
const PARTS = new Map([
  ["li", /^[uo]l$/],
  ["tr", /^(?:table|thead|tbody|tfoot)$/],
  ["thead", /^table$/],
  ["tbody", /^table$/],
  ["tfoot", /^table$/],
  ["td", /^tr$/],
  ["th", /^tr$/],
]);

/** A tag or a comment, whole; or text, in which a `<` may stand that begins neither. */
const PIECE =
  /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z_:@][\w.:@-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*)\s*(\/?)>|<!--(?!-?>)(?:(?!--)[\s\S])*-->|(?:[^<]|<(?=[\s\d=]))+/giy;

export class RawTags {
  readonly #open: string[] = [];
  #isBroken = false;

  get areClosed(): boolean {
    return !this.#isBroken && this.#open.length === 0;
  }

  /** Read the HTML in *token*, which follows what was read before. */
  read(token: Token): void {
    if (token.type === "html_block") this.#readHtml(token.content);
    for (const child of token.children ?? []) if (child.type === "html_inline") this.#readHtml(child.content);
  }

  #readHtml(html: string): void {
    PIECE.lastIndex = 0;
    while (!this.#isBroken && PIECE.lastIndex < html.length) {
      const found = PIECE.exec(html);
      if (!found) this.#isBroken = true;
      else if (found[2]) this.#tag(found[2].toLowerCase(), found[1] === "/", found[4] === "/");
    }
  }

  #tag(name: string, isEnd: boolean, isWhole: boolean): void {
    const parent = this.#open.at(-1) ?? "";
    if (isEnd) this.#isBroken = this.#open.pop() !== name;
    else if (this.#open.includes("svg")) {
      if (!isWhole) this.#open.push(name);
    } else if (PLAIN.has(name) || PARTS.get(name)?.test(parent)) this.#open.push(name);
    else if (!EMPTY.has(name)) this.#isBroken = true;
  }
}
