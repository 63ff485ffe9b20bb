/** The toolbar of a grid, shown while it has something in it: the search, and the filters of the rows. */

import { element } from "../../ui/element";
import { button } from "../rendering/controls";
import type { GridModel } from "./data/model";
import { filteredBy, filterInWords } from "./data/view";

/** Typing rests for so long (milliseconds) before the table is searched. */
const SEARCH_DELAY_MS = 300;

export class Toolbar {
  readonly #search = element("input", {
    type: "search",
    class: "rdit-grid-search",
    placeholder: "Search all columns",
    "aria-label": "Search all columns",
    spellcheck: "false",
    autocomplete: "off",
  });
  readonly #filters = element("div", { class: "rdit-grid-filters", role: "group", "aria-label": "Filters" });
  readonly dom = element("div", { class: "rdit-grid-bar" }, this.#search, this.#filters);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #open = false;
  #drawn = "";

  /** *resized* when it comes or goes; *left* when the keyboard goes back to the grid. */
  constructor(
    private readonly model: GridModel,
    private readonly resized: () => void,
    private readonly left: () => void,
  ) {
    this.dom.hidden = true;
    this.#search.hidden = true;
    this.#search.value = model.wantedView.search;
    this.#open = model.wantedView.search !== "";
    this.#search.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#apply(), SEARCH_DELAY_MS);
    });
    this.#search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        this.#apply();
        if (!event.isComposing) this.left();
      } else if (event.key === "Escape") {
        this.#search.value = "";
        this.#apply();
        this.#open = false;
        this.draw();
        this.left();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  openSearch(): void {
    this.#open = true;
    this.draw();
    this.#search.focus();
    this.#search.select();
  }

  draw(): void {
    const { filters } = this.model.wantedView;
    const drawn = JSON.stringify(filters.map((filter) => [filter, this.model.nameOf(filter.column)]));
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#filters.replaceChildren(
        ...filters.map((filter) => {
          const words = filterInWords(filter, this.model.nameOf(filter.column));
          const remove = button(
            `Remove the filter: ${words}`,
            () => this.model.arrange(filteredBy(this.model.wantedView, filter.column, null)),
            { icon: "close" },
          );
          return element("span", { class: "rdit-grid-filter" }, element("span", {}, words), remove);
        }),
      );
    }
    this.#filters.hidden = filters.length === 0;
    this.#search.hidden = !this.#open;
    const hidden = !this.#open && filters.length === 0;
    if (hidden !== this.dom.hidden) {
      this.dom.hidden = hidden;
      this.resized();
    }
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }

  #apply(): void {
    clearTimeout(this.#timer);
    const view = this.model.wantedView;
    if (view.search !== this.#search.value) this.model.arrange({ ...view, search: this.#search.value });
  }
}
