/** The menu of a column, opened from its heading: sort, filter, summary, select, fit. */
import { count } from "../../../ui/amounts";
import { element } from "../../../ui/element";
import { button } from "../../rendering/controls";
import type { GridModel } from "../data/model";
import {
  type Direction,
  type Filter,
  filteredBy,
  needsValue,
  OPERATORS,
  type Operator,
  sortedBy,
  sortOf,
  type View,
} from "../data/view";
import { summaryView } from "./summary";
import "./menu.css";

/** The values of a longer column are only counted when a reader asks for it. */
const QUICK = 2_000_000;

const WORDS: Record<Operator, string> = {
  contains: "contains",
  "=": "= equals",
  "≠": "≠ is not",
  "<": "< less than",
  "≤": "≤ at most",
  ">": "> more than",
  "≥": "≥ at least",
  missing: "is missing",
  present: "is present",
};

export interface MenuChoices {
  select(column: number): void;
  fit(column: number): void;
  arrange(view: View): void;
  /** It closed; the keyboard goes back to the heading. */
  closed(): void;
}

/** A menu for *column*, beneath *heading*. It closes by Escape, by a press elsewhere, and by `close`. */
export class ColumnMenu {
  readonly dom: HTMLElement;
  readonly #summary = element("section", { class: "rdit-grid-menu-summary", "aria-label": "Summary" });

  constructor(
    private readonly model: GridModel,
    readonly column: number,
    private readonly choices: MenuChoices,
  ) {
    const { name, dtype } = model.heading(column);
    this.dom = element(
      "div",
      { class: "rdit-grid-menu", role: "dialog", "aria-label": `Column ${name || column}`, popover: "auto" },
      element(
        "header",
        { class: "rdit-grid-menu-title" },
        element("strong", {}, name || `Column ${column}`),
        element("span", { class: "rdit-grid-heading-dtype" }, dtype),
      ),
      this.#sortButtons(),
      this.#filterForm(),
      this.#summary,
      element(
        "footer",
        { class: "rdit-grid-menu-foot" },
        button("Select column", () => this.#closing(() => choices.select(column))),
        button("Fit width", () => this.#closing(() => choices.fit(column))),
      ),
    );
    this.dom.addEventListener("toggle", (event) => {
      if ((event as ToggleEvent).newState !== "closed") return;
      this.dom.remove();
      choices.closed();
    });
    // Keys in here are not meant for the grid or the editor around it; Escape and Tab are the browser's.
    this.dom.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey || event.altKey)) event.stopPropagation();
    });
    if (model.totalRows <= QUICK) this.#summarise();
    else
      this.#summary.append(button(`Summarise ${count(model.totalRows, "value")}`, () => this.#summarise()));
  }

  /** Open it under *heading*, within the window. */
  open(heading: HTMLElement): void {
    const place = heading.getBoundingClientRect();
    this.dom.showPopover();
    const { offsetWidth, offsetHeight } = this.dom;
    const left = Math.max(4, Math.min(place.left, window.innerWidth - offsetWidth - 4));
    const below = place.bottom + 2;
    const top =
      below + offsetHeight <= window.innerHeight - 4 ? below : Math.max(4, place.top - offsetHeight - 2);
    this.dom.style.left = `${left}px`;
    this.dom.style.top = `${window.innerHeight - offsetHeight < 8 ? 4 : top}px`;
    this.dom.querySelector("button")?.focus();
  }

  close(): void {
    if (this.dom.isConnected) this.dom.hidePopover();
  }

  #closing(act: () => void): void {
    this.close();
    act();
  }

  #sortButtons(): HTMLElement {
    const sorted = sortOf(this.model.wantedView, this.column);
    const choice = (label: string, direction: Direction | null) => {
      const made = button(label, () =>
        this.#closing(() => {
          const among = this.model.wantedView.sort.length > 1;
          this.choices.arrange(sortedBy(this.model.wantedView, this.column, direction, among));
        }),
      );
      made.setAttribute("aria-pressed", String((sorted?.direction ?? null) === direction));
      return made;
    };
    return element(
      "div",
      { class: "rdit-grid-menu-sort", role: "group", "aria-label": "Sort" },
      choice("↑ Ascending", "ascending"),
      choice("↓ Descending", "descending"),
      choice("Unsorted", null),
    );
  }

  #filterForm(): HTMLElement {
    const known = this.model.wantedView.filters.find((one) => one.column === this.column);
    const isNumber = this.model.heading(this.column).kind === "number";
    const operators = element("select", { "aria-label": "Condition" });
    for (const operator of OPERATORS)
      operators.append(element("option", { value: operator }, WORDS[operator]));
    operators.value = known?.operator ?? (isNumber ? "=" : "contains");
    const value = element("input", {
      type: "text",
      "aria-label": "Value",
      placeholder: "value",
      inputmode: isNumber ? "decimal" : "text",
      spellcheck: "false",
      autocomplete: "off",
    });
    value.value = known?.value ?? "";
    const settle = () => {
      value.disabled = !needsValue(operators.value as Operator);
    };
    operators.addEventListener("change", settle);
    settle();
    const remove = button("Clear", () => this.#filter(null));
    remove.hidden = !known;
    const form = element(
      "form",
      { class: "rdit-grid-menu-filter", "aria-label": "Filter" },
      operators,
      value,
      element("button", { type: "submit", class: "rdit-button" }, "Filter"),
      remove,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const operator = operators.value as Operator;
      this.#filter({ column: this.column, operator, value: needsValue(operator) ? value.value : "" });
    });
    return form;
  }

  #filter(filter: Filter | null): void {
    this.#closing(() => this.choices.arrange(filteredBy(this.model.wantedView, this.column, filter)));
  }

  #summarise(): void {
    const waiting = element("p", { class: "rdit-grid-menu-note", role: "status" }, "Counting…");
    this.#summary.replaceChildren(waiting);
    this.model.summary(this.column).then(
      ({ summary, changed }) => {
        const note = "The object has changed since it was shown; this is what it holds now.";
        const notes = changed ? [element("p", { class: "rdit-grid-menu-note" }, note)] : [];
        this.#summary.replaceChildren(...notes, summaryView(summary));
      },
      (error: unknown) => {
        waiting.textContent = error instanceof Error ? error.message : "There is no answer.";
      },
    );
  }
}
