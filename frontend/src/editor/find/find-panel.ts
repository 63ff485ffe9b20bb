/** The panel of find and replace: what is looked for, how often it is there, and how often in the outputs. */
import {
  closeSearchPanel,
  findNext,
  findPrevious,
  getSearchQuery,
  replaceAll,
  replaceNext,
  SearchQuery,
  selectMatches,
  setSearchQuery,
} from "@codemirror/search";
import { EditorView, type Panel, runScopeHandlers, type ViewUpdate } from "@codemirror/view";
import { element } from "../../ui/element";
import { resultsField } from "../results/results-field";
import { type FoundOutput, foundOutputs, MAX_MATCHES, matchesIn, patternOf } from "./matches";
import { paintMatches } from "./painted-matches";
import "./find.css";

/** A button that does something. */
function action(label: string, content: string, press: () => void): HTMLButtonElement {
  const dom = element(
    "button",
    { type: "button", class: "find-button", "aria-label": label, title: label },
    content,
  );
  dom.addEventListener("click", press);
  return dom;
}

/** A button that is pressed or not. */
function option(label: string, content: string, changed: () => void): HTMLButtonElement {
  const dom = action(label, content, () => {
    dom.setAttribute("aria-pressed", String(dom.getAttribute("aria-pressed") !== "true"));
    changed();
  });
  dom.setAttribute("aria-pressed", "false");
  return dom;
}

const isPressed = (dom: HTMLElement) => dom.getAttribute("aria-pressed") === "true";

function field(label: string): HTMLInputElement {
  return element("input", {
    type: "text",
    class: "find-field",
    "aria-label": label,
    placeholder: label,
    autocomplete: "off",
    spellcheck: "false",
  });
}

class FindPanel implements Panel {
  readonly top = true;
  readonly dom: HTMLElement;
  readonly #search = field("Find");
  readonly #replace = field("Replace with");
  readonly #case = option("Match case", "Aa", () => this.#commit());
  readonly #word = option("Whole words", "W", () => this.#commit());
  readonly #regexp = option("Regular expression", ".*", () => this.#commit());
  readonly #count = element("span", { class: "find-count", role: "status" });
  readonly #outputs = action("Go to the next match in outputs", "", () => this.#nextOutput());
  #query: SearchQuery;
  #found: readonly FoundOutput[] = [];
  /** Where the output is that was gone to last. */
  #shown = -1;
  #painting = false;

  constructor(private readonly view: EditorView) {
    this.#query = getSearchQuery(view.state);
    this.#search.setAttribute("main-field", "true");
    this.#search.addEventListener("input", () => this.#commit());
    this.#replace.addEventListener("input", () => this.#commit());
    this.#outputs.classList.add("find-outputs");
    const act = (command: (view: EditorView) => boolean) => () => void command(view);
    this.dom = element(
      "div",
      { class: "find-panel", role: "search", "aria-label": "Find and replace" },
      element(
        "div",
        { class: "find-row" },
        element("div", { class: "find-box" }, this.#search, this.#case, this.#word, this.#regexp),
        action("Previous match (Shift+Enter)", "↑", act(findPrevious)),
        action("Next match (Enter)", "↓", act(findNext)),
        this.#count,
        this.#outputs,
        element("span", { class: "find-gap" }),
        action("Close (Escape)", "×", act(closeSearchPanel)),
      ),
      element(
        "div",
        { class: "find-row find-replacing" },
        element("div", { class: "find-box" }, this.#replace),
        wide(action("Replace this match", "Replace", act(replaceNext))),
        wide(action("Replace all matches", "All", act(replaceAll))),
        wide(action("Select all matches", "Select all", act(selectMatches))),
      ),
    );
    this.dom.addEventListener("keydown", (event) => this.#press(event));
    this.#take(this.#query);
  }

  mount(): void {
    this.#search.select();
  }

  update(update: ViewUpdate): void {
    const query = getSearchQuery(update.state);
    if (!query.eq(this.#query)) this.#take(query);
    else if (
      update.docChanged ||
      update.selectionSet ||
      update.state.field(resultsField, false) !== update.startState.field(resultsField, false)
    )
      this.#tell();
    if (update.viewportChanged || update.geometryChanged) this.#paint();
  }

  destroy(): void {
    paintMatches(this.view, null);
  }

  /** Show *query*, whoever set it. */
  #take(query: SearchQuery): void {
    this.#query = query;
    this.#shown = -1;
    if (this.#search.value !== query.search) this.#search.value = query.search;
    if (this.#replace.value !== query.replace) this.#replace.value = query.replace;
    this.#case.setAttribute("aria-pressed", String(query.caseSensitive));
    this.#word.setAttribute("aria-pressed", String(query.wholeWord));
    this.#regexp.setAttribute("aria-pressed", String(query.regexp));
    this.#tell();
  }

  #commit(): void {
    const query = new SearchQuery({
      search: this.#search.value,
      replace: this.#replace.value,
      caseSensitive: isPressed(this.#case),
      wholeWord: isPressed(this.#word),
      regexp: isPressed(this.#regexp),
      // What is typed is what is looked for; only a regular expression has its own escapes.
      literal: true,
    });
    if (!query.eq(this.#query)) this.view.dispatch({ effects: setSearchQuery.of(query) });
  }

  /** Say how often it is there. */
  #tell(): void {
    const { state } = this.view;
    const query = this.#query;
    this.#found = foundOutputs(state, query);
    const inOutputs = this.#found.reduce((sum, { count }) => sum + count, 0);
    this.#outputs.hidden = inOutputs === 0;
    const shown = `${amount(inOutputs)} in outputs`;
    this.#outputs.textContent = shown;
    this.#outputs.setAttribute("aria-label", `${shown}: go to the next match`);
    this.#search.setAttribute("aria-invalid", String(query.search !== "" && !query.valid));
    if (query.search === "") this.#count.textContent = "";
    else if (!query.valid) this.#count.textContent = "No regular expression";
    else {
      const { total, current } = matchesIn(state, query);
      this.#count.textContent =
        total === 0
          ? "Not in the text"
          : current > 0
            ? `${amount(current)} of ${amount(total)}`
            : amount(total);
    }
    this.#paint();
  }

  /** After the outputs in sight have been drawn. */
  #paint(): void {
    if (this.#painting) return;
    this.#painting = true;
    requestAnimationFrame(() => {
      this.#painting = false;
      if (this.dom.isConnected) paintMatches(this.view, patternOf(this.#query));
    });
  }

  #nextOutput(): void {
    const next = this.#found.find(({ at }) => at > this.#shown) ?? this.#found[0];
    if (!next) return;
    this.#shown = next.at;
    this.view.dispatch({ effects: EditorView.scrollIntoView(next.at, { y: "start", yMargin: 60 }) });
    this.#paint();
  }

  #press(event: KeyboardEvent): void {
    if (runScopeHandlers(this.view, event, "search-panel")) event.preventDefault();
    else if (event.key === "Enter" && event.target === this.#search) {
      event.preventDefault();
      (event.shiftKey ? findPrevious : findNext)(this.view);
    } else if (event.key === "Enter" && event.target === this.#replace) {
      event.preventDefault();
      replaceNext(this.view);
    }
  }
}

function wide(button: HTMLButtonElement): HTMLButtonElement {
  button.classList.add("find-wide");
  return button;
}

function amount(count: number): string {
  return count >= MAX_MATCHES ? `${MAX_MATCHES.toLocaleString("en")}+` : count.toLocaleString("en");
}

export function findPanel(view: EditorView): Panel {
  return new FindPanel(view);
}
