import { type EditorView, repositionTooltips } from "@codemirror/view";
import { element } from "../../ui/element";
import { asMarkup, type Documentation, drawDocumentation } from "../documentation/documentation";
import type { ListedItem, ResolvedItem } from "./item";
import { keyOf } from "./resolved-items";
import type { CompletionSource } from "./source";

/**
 * The panel beside the list that holds the documentation of the selected name. It is there at once, empty and out of sight,
 * and is filled once nothing is typed any more: to draw documentation takes longer than a key may. While the same name
 * stays selected the panel stays as it is, whatever list it is in.
 */
export class DocumentationPanel {
  #key: string | null = null;
  #dom = emptyPanel();

  constructor(
    private readonly view: EditorView,
    private readonly source: CompletionSource,
  ) {}

  /** The panel for *item*, which the editor puts beside the list. */
  show(item: ListedItem): HTMLElement {
    const key = keyOf(item);
    if (key !== this.#key) {
      this.#key = key;
      this.#dom = emptyPanel();
      void this.#fill(item, this.#dom);
    }
    return this.#dom;
  }

  async #fill(item: ListedItem, dom: HTMLElement): Promise<void> {
    await this.source.rest();
    if (this.#isGone(dom)) return;
    const resolved = await this.source.resolved.get(item);
    if (this.#isGone(dom)) return;
    const drawn = await drawDocumentation(partsOf(resolved.item), new AbortController().signal);
    if (this.#isGone(dom)) return;
    // Where nothing is known, as help is away, it is asked for again.
    if (!drawn) {
      this.#key = null;
      return;
    }
    // What can be scrolled can be gone into.
    drawn.tabIndex = 0;
    dom.append(drawn);
    repositionTooltips(this.view);
  }

  /** Whether nobody looks at *dom* any more; it is made anew when its name is selected again. */
  #isGone(dom: HTMLElement): boolean {
    if (dom === this.#dom && !dom.isConnected) this.#key = null;
    return dom !== this.#dom || !dom.isConnected;
  }
}

function emptyPanel(): HTMLElement {
  return element("div", { class: "rdit-completion-documentation" });
}

function partsOf({ detail, documentation }: ResolvedItem): Documentation[] {
  // A type alone stands in the list already.
  if (documentation === undefined && !detail?.includes("(")) return [];
  return [
    ...(detail === undefined ? [] : [{ language: "python", value: detail }]),
    ...(documentation === undefined ? [] : [asMarkup(documentation)]),
  ];
}
