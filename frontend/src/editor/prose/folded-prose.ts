/**
 * Prose reads as prose: the source of a string statement that is shown as Markdown is folded to one word while the cursor
 * is elsewhere, and its rendering stands for it.
 */
import { type EditorState, type Extension, type Range, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import { isProse } from "../results/decorations";
import { resultsField } from "../results/results-field";
import "./prose.css";

/** What stands for the source. */
class Fold extends WidgetType {
  constructor(
    private readonly first: number,
    private readonly last: number,
  ) {
    super();
  }

  override eq(other: Fold): boolean {
    return other.first === this.first && other.last === this.last;
  }

  toDOM(view: EditorView): HTMLElement {
    const dom = document.createElement("span");
    dom.className = "rdit-prose-fold";
    const lines = this.first === this.last ? `line ${this.first}` : `lines ${this.first}–${this.last}`;
    dom.textContent = `¶ ${lines}`;
    dom.title = "Show the source of this text";
    dom.setAttribute("role", "button");
    dom.setAttribute("aria-label", `Source of the text, ${lines}`);
    dom.addEventListener("mousedown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      openAt(view, view.posAtDOM(dom));
    });
    // What reads the page aloud clicks.
    dom.addEventListener("click", () => openAt(view, view.posAtDOM(dom)));
    return dom;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

function openAt(view: EditorView, position: number): void {
  view.dispatch({ selection: { anchor: position }, userEvent: "select.pointer" });
  view.focus();
}

/** Whether the person has put the cursor where it is: until then it opens nothing. */
const hasCursor = StateField.define<boolean>({
  create: () => false,
  update: (has, { selection, docChanged }) => has || selection !== undefined || docChanged,
});

const folds = StateField.define<DecorationSet>({
  create: foldsOf,
  update(before, transaction) {
    const { state, startState } = transaction;
    const isSame =
      !transaction.docChanged &&
      !transaction.selection &&
      state.field(resultsField) === startState.field(resultsField) &&
      state.field(hasCursor) === startState.field(hasCursor);
    return isSame ? before : foldsOf(state);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function foldsOf(state: EditorState): DecorationSet {
  const { placed } = state.field(resultsField);
  const { doc } = state;
  const ranges = state.field(hasCursor) ? state.selection.ranges : [];
  const found: Range<Decoration>[] = [];
  let end = -1;
  placed.forEach((one, index) => {
    const { from, to } = one;
    // Several statements on one line fold for none of them.
    const shares = from <= end || (placed[index + 1]?.from ?? Number.POSITIVE_INFINITY) <= to;
    end = Math.max(end, to);
    if (shares || to > doc.length || !isProse(one)) return;
    if (ranges.some((range) => range.from <= to && range.to >= from)) return;
    const widget = new Fold(doc.lineAt(from).number, doc.lineAt(to).number);
    found.push(Decoration.replace({ widget }).range(from, to));
  });
  return Decoration.set(found);
}

/** The extension; it comes after the results. */
export function foldedProse(): Extension {
  return [hasCursor, folds];
}
