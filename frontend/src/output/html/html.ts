/** HTML: static markup is sanitised into a shadow tree, and what needs scripts gets a sandboxed frame. */
import type { OutputItem } from "../../backend/types";
import { size } from "../../ui/amounts";
import { element } from "../../ui/element";
import { button } from "../rendering/controls";
import type { RenderContext, Rendering, Saved } from "../rendering/rendering";
import { boundSheets } from "./bounds";
import { placeFileLinks } from "./file-links";
import css from "./html.css?inline";
import { tabSeparated, typesetTable } from "./html-table";
import { placePictures } from "./pictures";
import { SandboxedHtml } from "./sandbox";
import { harmlessSheets, needsScripts, sanitised } from "./sanitise";

/** More than this is shown only when a reader asks for it: laying it out would hold up the page. */
const LARGE = 2_000_000;

export function renderHtml(item: OutputItem, context: RenderContext): Rendering | null {
  const html = item.data?.["text/html"];
  if (typeof html !== "string") return null;
  return needsScripts(html) ? new SandboxedHtml(item, html, context) : new StaticHtml(html, context);
}

class StaticHtml implements Rendering {
  readonly dom = element("div", { class: "rdit-html" });
  readonly #tree = this.dom.attachShadow({ mode: "open" });
  changed: (() => void) | undefined;

  constructor(
    private html: string,
    readonly context: RenderContext,
  ) {
    if (html.length <= LARGE) this.#show();
    else
      this.#tree.append(
        button(`Show ${size(html.length)} of HTML`, () => {
          this.#show();
          context.resized();
        }),
      );
  }

  update(item: OutputItem): boolean {
    const html = item.data?.["text/html"];
    if (typeof html !== "string" || needsScripts(html) || html.length > LARGE) return false;
    if (html === this.html) return true;
    this.html = html;
    this.#show();
    this.context.resized();
    return true;
  }

  destroy(): void {
    this.#tree.replaceChildren();
  }

  describe(): string {
    const table = this.#tree.querySelector("table");
    return table ? `Table, ${table.rows.length} rows` : "HTML";
  }

  copy(): string {
    const tables = this.#tree.querySelectorAll("table");
    return tables.length === 1 && tables[0]
      ? tabSeparated(tables[0])
      : (this.dom.shadowRoot?.textContent?.trim() ?? "");
  }

  save(): Saved {
    return { name: "output.html", content: new Blob([this.html], { type: "text/html;charset=utf-8" }) };
  }

  #show(): void {
    const sheets = harmlessSheets(this.html);
    const content = sanitised(this.html);
    boundSheets(sheets, content);
    this.#tree.adoptedStyleSheets = [baseSheet(), ...sheets];
    for (const table of content.querySelectorAll("table")) typesetTable(table);
    placePictures(content, this.context);
    placeFileLinks(content, this.context);
    this.#tree.replaceChildren(content);
    this.changed?.();
  }
}

let base: CSSStyleSheet | undefined;

function baseSheet(): CSSStyleSheet {
  if (!base) {
    base = new CSSStyleSheet();
    base.replaceSync(css);
  }
  return base;
}
