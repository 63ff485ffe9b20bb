/**
 * The column of outputs to the right of the code. Each output begins at its statement's first line; where it is taller
 * than its statement, a spacer below the statement keeps the next one's lines free of it. Only what is near the visible
 * part is drawn, and it is placed when the editor measures, so that an output which grows never covers another.
 */
import type { Extension } from "@codemirror/state";
import { BlockType, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { divider } from "./divider";
import { layout } from "./layout";
import { heightsOf } from "./measured-heights";
import { alsoMeasured, measureNow, measureSoon } from "./output-sizes";
import { isInline, type PlacedResult } from "./placed-results";
import { resultsField } from "./results-field";
import { DrawnOutput, InlineValue, OutputBelow } from "./widgets";
import "./output-column.css";

/** The lines of a statement and its output, in pixels from the top of the text. */
export interface Row {
  /** Where its first line begins. */
  readonly top: number;
  /** Where its last line ends, without the spacer below it. */
  readonly bottom: number;
  /** Of the output. */
  readonly height: number;
}

/** Where the outputs of *rows* (sorted) begin, and how much room each needs below its statement's lines. */
export function arranged(rows: readonly Row[]): { top: number; spacer: number }[] {
  const places: { top: number; spacer: number }[] = [];
  let at = 0;
  while (at < rows.length) {
    const first = rows[at] as Row;
    // Statements that share a line share a place: their outputs follow each other.
    let { bottom } = first;
    let next = first.top;
    for (; at < rows.length && (rows[at] as Row).top < bottom; at += 1) {
      const row = rows[at] as Row;
      bottom = Math.max(bottom, row.bottom);
      places.push({ top: next, spacer: 0 });
      next += row.height;
    }
    (places[places.length - 1] as { spacer: number }).spacer = Math.max(0, Math.ceil(next - bottom));
  }
  return places;
}

/** One statement's output in the column. */
class Drawn {
  readonly dom = document.createElement("div");
  #output: DrawnOutput | null = null;
  #value: HTMLElement | null = null;

  constructor(
    readonly view: EditorView,
    public placed: PlacedResult,
  ) {
    this.dom.className = "rdit-beside-row";
    // Nobody sees it before it has its place; what is in it may have the focus already.
    this.dom.style.opacity = "0";
  }

  /** Show *placed*; false when there is nothing to see. */
  show(placed: PlacedResult): boolean {
    const before = this.placed;
    this.placed = placed;
    if (isInline(placed)) {
      this.#output?.destroy();
      this.#output = null;
      const value = new InlineValue(placed);
      if (!this.#value || !value.updateDOM(this.#value)) {
        this.#value = value.toDOM();
        this.dom.replaceChildren(this.#value);
      }
      return true;
    }
    const below = OutputBelow.of(placed);
    if (!below) return false;
    this.#value = null;
    if (!this.#output) {
      this.#output = new DrawnOutput(this.view);
      this.dom.replaceChildren(this.#output.dom);
      this.#output.update(below);
    } else if (
      placed.result !== before.result ||
      placed.stale !== before.stale ||
      placed.older !== before.older ||
      placed.earlier !== before.earlier
    )
      this.#output.update(below);
    return true;
  }

  /** The height of what is shown, in pixels. */
  get inner(): number {
    return this.dom.firstElementChild?.getBoundingClientRect().height ?? 0;
  }

  place(top: number, height: number): void {
    this.dom.style.top = `${top}px`;
    this.dom.style.height = `${height}px`;
    this.dom.style.opacity = "";
  }

  destroy(): void {
    this.#output?.destroy();
    this.dom.remove();
  }
}

/** A measure of all that is drawn. */
interface Measured {
  readonly drawn: readonly Drawn[];
  readonly rows: readonly Row[];
  readonly total: number;
}

class Column {
  readonly dom = document.createElement("div");
  readonly #divider: HTMLElement;
  #drawn = new Map<string, Drawn>();
  readonly #sizes = new ResizeObserver(() => measureNow(this.view));
  readonly #measure = {
    key: this,
    read: () => this.#read(),
    write: (measured: Measured | null) => this.#write(measured),
  };

  constructor(readonly view: EditorView) {
    this.#divider = divider(view.dom, () => view.requestMeasure(this.#measure));
    this.dom.className = "rdit-beside-column";
    this.dom.setAttribute("role", "region");
    this.dom.setAttribute("aria-label", "Outputs");
    this.dom.append(this.#divider);
    view.scrollDOM.append(this.dom);
    this.#draw();
    this.measure();
  }

  update(update: ViewUpdate): void {
    const changed = update.startState.field(resultsField) !== update.state.field(resultsField);
    if (changed || update.viewportChanged || update.docChanged) this.#draw();
    else if (!update.geometryChanged) return;
    // Within a measure one more would count against the number that the editor allows itself.
    if (update.transactions.length > 0) this.measure();
    else measureSoon(this.view);
  }

  destroy(): void {
    this.#sizes.disconnect();
    for (const one of this.#drawn.values()) one.destroy();
    this.dom.remove();
  }

  /** Draw what is near the visible part, and take away the rest. */
  #draw(): void {
    const { from, to } = this.view.viewport;
    const { placed } = this.view.state.field(resultsField);
    const near = placed.filter((one) => one.to >= from && one.from <= to);
    const kept = new Map<string, Drawn>();
    for (const { result } of near) {
      const present = this.#drawn.get(result.id);
      if (present) kept.set(result.id, present);
    }
    // The output of an earlier run goes on in its element.
    const left = new Map(
      [...this.#drawn].filter(([id]) => !kept.has(id)).map(([, one]) => [one.placed.from, one]),
    );
    const next = new Map<string, Drawn>();
    let after: Element = this.#divider;
    for (const one of near) {
      const { id } = one.result;
      let drawn = kept.get(id);
      if (!drawn) {
        drawn = left.get(one.from) ?? new Drawn(this.view, one);
        left.delete(one.from);
      }
      if (!drawn.show(one)) {
        drawn.destroy();
        continue;
      }
      next.set(id, drawn);
      const place: Element | null = after.nextElementSibling;
      if (place !== drawn.dom) this.dom.insertBefore(drawn.dom, place);
      after = drawn.dom;
    }
    const present = new Set(next.values());
    for (const one of this.#drawn.values()) if (!present.has(one)) one.destroy();
    this.#drawn = next;
    this.#sizes.disconnect();
    for (const { dom } of present) if (dom.firstElementChild) this.#sizes.observe(dom.firstElementChild);
  }

  measure(): void {
    this.view.requestMeasure(this.#measure);
  }

  #read(): Measured | null {
    const { view } = this;
    // What is not laid out has no heights.
    if (view.scrollDOM.clientHeight === 0) return null;
    const drawn = [...this.#drawn.values()];
    const { length } = view.state.doc;
    const content = view.contentDOM.getBoundingClientRect();
    return {
      drawn,
      rows: drawn.map((one) => ({
        top: textBounds(view, Math.min(one.placed.from, length), content).top,
        bottom: textBounds(view, Math.min(one.placed.to, length), content).bottom,
        height: one.inner,
      })),
      total: view.contentHeight,
    };
  }

  #write(measured: Measured | null): void {
    if (!measured) return;
    const { drawn, rows, total } = measured;
    const spacers = new Map(
      Array.from(this.view.contentDOM.querySelectorAll<HTMLElement>(".rdit-spacer"), (one) => [
        one.dataset.result ?? "",
        one,
      ]),
    );
    let moved = false;
    arranged(rows).forEach(({ top, spacer }, index) => {
      const one = drawn[index] as Drawn;
      one.place(top, (rows[index] as Row).height);
      Object.assign(heightsOf(one.placed.result), { spacer, beside: (rows[index] as Row).height });
      const dom = spacers.get(one.placed.result.id);
      if (!dom || dom.style.height === `${spacer}px`) return;
      dom.style.height = `${spacer}px`;
      moved = true;
    });
    this.dom.style.height = `${total}px`;
    // What is below a spacer has another place now.
    if (moved) measureSoon(this.view);
  }
}

/**
 * Where the text of the line at *position* begins and ends, from the top of the content, without what hangs below it.
 *
 * What is drawn is looked at, because the editor may not have noticed yet that a spacer has another height.
 */
function textBounds(view: EditorView, position: number, content: DOMRect): { top: number; bottom: number } {
  if (position >= view.viewport.from && position <= view.viewport.to) {
    const { node } = view.domAtPos(position);
    const line = (node instanceof Element ? node : node.parentElement)?.closest(".cm-line");
    if (line) {
      const { top, bottom } = line.getBoundingClientRect();
      return { top: top - content.top, bottom: bottom - content.top };
    }
  }
  const line = view.lineBlockAt(position);
  const text = Array.isArray(line.type) ? line.type.find(({ type }) => type === BlockType.Text) : line;
  const { top, bottom } = text ?? line;
  const padding = view.documentPadding.top;
  return { top: top + padding, bottom: bottom + padding };
}

const column = ViewPlugin.fromClass(Column);
const measured = alsoMeasured.of((view) => view.plugin(column)?.measure());

/** The layout with outputs beside the code. */
export function outputColumn(): Extension {
  return [layout.of("beside"), EditorView.editorAttributes.of({ class: "rdit-beside" }), column, measured];
}
