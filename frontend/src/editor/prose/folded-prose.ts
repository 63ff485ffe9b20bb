/**
 * Prose reads as prose: the source of a string statement that is shown as Markdown is folded to one word while the cursor
 * is elsewhere, and its rendering stands for it.
 */
import { type EditorState, type Extension, Prec, type Range, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, keymap, ViewPlugin, WidgetType } from "@codemirror/view";
import { isProse } from "../results/results";
import { resultsField } from "../results/results-field";
import { resultIn } from "../results/widgets";
import { hasCursor } from "./placed-cursor";
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

/** From the line below folded prose one comes to its last line, and not to where its source begins. */
function goUpInto(view: EditorView, extend: boolean): boolean {
  const { state } = view;
  const { head, anchor } = state.selection.main;
  const line = state.doc.lineAt(head);
  const above = line.from - 1;
  if (state.selection.ranges.length > 1 || above < 0 || foldAround(state, line.from)) return false;
  const fold = foldAround(state, above);
  // A line that is wrapped has a row above this one of its own.
  if (!fold || view.moveVertically(state.selection.main, false).head >= line.from) return false;
  const last = state.doc.lineAt(above);
  const to = Math.min(last.to, last.from + head - line.from);
  view.dispatch({
    selection: extend ? { anchor, head: to } : { anchor: to },
    scrollIntoView: true,
    userEvent: "select",
  });
  return true;
}

function foldAround(state: EditorState, position: number): boolean {
  let found = false;
  state.field(folds).between(position, position, () => {
    found = true;
    return false;
  });
  return found;
}

/** In what is rendered these have a use of their own for a click. */
const USED = "a, button, summary, input, label, audio, video, iframe, [role=button], [role=link], [tabindex]";

/** A click on the rendering opens the source as one on the fold does; one that ends a selection of text does not. */
function openByRendering(view: EditorView, event: MouseEvent): void {
  const path = event.composedPath().filter((part) => part instanceof Element);
  const text = path.findIndex((part) => part.matches(".rdit-markdown"));
  const output = path.find((part) => part.matches(".rdit-output"));
  if (text < 0 || !output || path.slice(0, text).some((part) => part.matches(USED))) return;
  if (event.button !== 0 || !window.getSelection()?.isCollapsed) return;
  const result = resultIn(output);
  const placed = view.state.field(resultsField).placed.find((one) => one.result === result);
  if (placed && foldAround(view.state, placed.from)) openAt(view, placed.from);
}

/** The extension; it comes after the results, and after `hasCursor`. */
export function foldedProse(): Extension {
  return [
    folds,
    Prec.high(
      keymap.of([
        { key: "ArrowUp", run: (view) => goUpInto(view, false), shift: (view) => goUpInto(view, true) },
      ]),
    ),
    ViewPlugin.define((view) => {
      const open = (event: MouseEvent) => openByRendering(view, event);
      view.scrollDOM.addEventListener("click", open);
      return { destroy: () => view.scrollDOM.removeEventListener("click", open) };
    }),
  ];
}
