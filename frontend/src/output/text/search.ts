/** Finding words in a long text, without holding up the page. */

import { element } from "../../ui/element";
import { button } from "../rendering/controls";
import { lineText } from "./line";
import type { LineSource, Mark } from "./rows";

/** More matches than this are not counted. */
const MAX_MATCHES = 100_000;
/** Lines looked through before the page gets its turn. */
const PORTION = 20_000;

export class Search {
  readonly dom: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #found: HTMLElement;
  #matches: Mark[] = [];
  #current = -1;
  #looked = 0;
  #turn: ReturnType<typeof setTimeout> | undefined;

  /** *show* brings a match into sight (null: none); *close* ends the search. */
  constructor(
    readonly source: LineSource,
    readonly show: (match: Mark | null) => void,
    readonly close: () => void,
  ) {
    this.#input = element("input", {
      type: "search",
      class: "rdit-search-input",
      placeholder: "Find in this output",
      "aria-label": "Find in this output",
      spellcheck: "false",
    });
    this.#found = element("span", { class: "rdit-search-found", role: "status" });
    this.dom = element(
      "div",
      { class: "rdit-search", role: "search" },
      this.#input,
      this.#found,
      button("Previous match", () => this.#step(-1), { icon: "up" }),
      button("Next match", () => this.#step(1), { icon: "down" }),
      button("End the search", () => this.close(), { icon: "close" }),
    );
    this.#input.addEventListener("input", () => this.#start());
    this.dom.addEventListener("keydown", (event) => {
      // Keys typed here are not the editor's.
      event.stopPropagation();
      if (event.key === "Enter" && event.target === this.#input) {
        event.preventDefault();
        this.#step(event.shiftKey ? -1 : 1);
      } else if (event.key === "Escape") {
        event.preventDefault();
        this.close();
      }
    });
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  /** The text grew: what is new is looked through as well. */
  extend(): void {
    if (this.#input.value && this.#turn === undefined && this.#looked < this.source.length) this.#look();
  }

  destroy(): void {
    clearTimeout(this.#turn);
    this.#turn = undefined;
  }

  #start(): void {
    this.destroy();
    this.#matches = [];
    this.#current = -1;
    this.#looked = 0;
    if (this.#input.value) this.#look();
    else {
      this.show(null);
      this.#tell();
    }
  }

  #look(): void {
    this.#turn = undefined;
    const words = this.#input.value;
    const pattern = new RegExp(words.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "giu");
    const end = Math.min(this.source.length, this.#looked + PORTION);
    for (; this.#looked < end && this.#matches.length < MAX_MATCHES; this.#looked += 1)
      for (const match of lineText(this.source.line(this.#looked)).matchAll(pattern))
        this.#matches.push({ line: this.#looked, from: match.index, to: match.index + match[0].length });
    if (this.#current < 0) this.#step(1);
    else this.#tell();
    if (this.#looked < this.source.length && this.#matches.length < MAX_MATCHES)
      this.#turn = setTimeout(() => this.#look());
    else if (this.#matches.length === 0) this.show(null);
  }

  #step(by: number): void {
    const { length } = this.#matches;
    if (length > 0) {
      this.#current = (this.#current + by + length) % length;
      this.show(this.#matches[this.#current] ?? null);
    }
    this.#tell();
  }

  #tell(): void {
    const { length } = this.#matches;
    const all = length >= MAX_MATCHES ? `${MAX_MATCHES.toLocaleString("en")}+` : length.toLocaleString("en");
    this.#found.textContent = !this.#input.value
      ? ""
      : length > 0
        ? `${(this.#current + 1).toLocaleString("en")} of ${all}`
        : this.#turn === undefined && this.#looked >= this.source.length
          ? "Not found"
          : "Looking…";
  }
}
