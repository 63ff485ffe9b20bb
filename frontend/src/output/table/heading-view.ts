/** The heading of a column: its name and type, how it is sorted and filtered, how its values are distributed. */
import { element } from "../../ui/element";
import type { GridModel } from "./data/model";
import { HEAD, type Place } from "./data/selection";
import type { Column, Rect } from "./data/table";
import { filterInWords, sortOf } from "./data/view";
import { PADDING } from "./measure";

/** What is drawn. */
export interface Drawing {
  readonly model: GridModel;
  readonly rect: Rect;
  /** Where the first column begins, from the edge of the viewport. */
  readonly left: number;
  readonly indexWidth: number;
  readonly range: Rect | null;
  readonly focus: Place;
}

/** The pixels of the signs beside a heading: how it is sorted, that it is filtered. */
const SIGN = 20;
const FILTERED = 12;

export class HeadingView {
  column = -1;
  readonly dom = element("div", { class: "rdit-grid-heading", role: "columnheader" });
  readonly #name = element("span", { class: "rdit-grid-heading-name" });
  readonly #sort = element("span", { class: "rdit-grid-heading-sort", "aria-hidden": "true" });
  readonly #dtype = element("span", { class: "rdit-grid-heading-dtype" });
  readonly #menu = element(
    "button",
    { class: "rdit-grid-heading-menu", type: "button", tabindex: -1, "data-act": "menu" },
    drawing("M4.5 6.5 8 10l3.5-3.5"),
  );
  readonly #histogram = drawing("", "rdit-grid-heading-histogram");
  #bins: readonly number[] | null = null;
  #seen = "";

  constructor() {
    this.dom.append(
      element("span", { class: "rdit-grid-heading-line" }, this.#name, this.#sort),
      this.#dtype,
      this.#histogram,
      this.#menu,
      element("span", { class: "rdit-grid-grip", "data-act": "resize", "aria-hidden": "true" }),
    );
  }

  draw(column: number, { model, range, focus }: Drawing): void {
    const heading: Column | undefined = model.tiles.heading(column);
    this.#drawHistogram(model.histograms.of(column));
    const sort = sortOf(model.wantedView, column);
    const filter = model.wantedView.filters.find((one) => one.column === column);
    const isSelected = range !== null && column >= range.column && column < range.column + range.columns;
    const isFocus = focus.row === HEAD && focus.column === column;
    const places = model.wantedView.sort.length;
    const seen = JSON.stringify([
      column,
      heading,
      sort,
      filter,
      isSelected,
      isFocus,
      places,
      model.columns.size(column),
    ]);
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.column = column;
    const room = model.columns.size(column) - PADDING;
    this.dom.setAttribute("aria-colindex", String(column + 2));
    this.dom.style.width = `${model.columns.size(column)}px`;
    const isCut =
      model.measure.text(heading?.name ?? "", "bold") > room - (sort ? SIGN : 0) ||
      model.measure.text(heading?.dtype ?? "", "usual") > room - (filter ? FILTERED : 0);
    this.dom.className = `rdit-grid-heading is-${heading?.kind ?? "pending"}${isSelected ? " is-selected" : ""}${
      filter ? " is-filtered" : ""
    }${isCut ? " is-cut" : ""}`;
    this.dom.tabIndex = isFocus ? 0 : -1;
    this.#name.textContent = heading?.name ?? "";
    this.#dtype.textContent = heading?.dtype ?? "";
    const direction = sort && (sort.direction === "ascending" ? "↑" : "↓");
    this.#sort.textContent = sort ? `${direction}${places > 1 ? sort.place : ""}` : "";
    if (sort) this.dom.setAttribute("aria-sort", sort.direction);
    else this.dom.removeAttribute("aria-sort");
    const name = heading?.name ?? `Column ${column}`;
    const filtered = filter ? `\n${filterInWords(filter, name)}` : "";
    this.dom.title = `${name} · ${heading?.dtype ?? ""}${filtered}\nClick to sort, Shift+click to sort by several, Ctrl+click to select`;
    this.#menu.setAttribute("aria-label", `${name}: sort, filter, summary`);
  }

  #drawHistogram(bins: readonly number[] | null): void {
    if (bins === this.#bins) return;
    this.#bins = bins;
    this.#histogram.firstElementChild?.setAttribute("d", bins ? barsOf(bins) : "");
  }
}

/** A drawing on 16 by 16, which says nothing to those who listen. */
function drawing(path: string, name = ""): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  // A histogram is as wide as its column.
  if (name) svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", name);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** The bars of *bins* as a path on 16 by 16. */
export function barsOf(bins: readonly number[]): string {
  const most = Math.max(...bins);
  const width = 16 / bins.length;
  return bins
    .map((amount, at) => {
      // What is rare is still seen.
      const height = amount === 0 ? 0 : Math.max(1, (amount / most) * 16);
      const bar = `h${width * 0.85}V16h-${width * 0.85}`;
      return height === 0 ? "" : `M${at * width} ${16 - height}${bar}z`;
    })
    .join("");
}
