/** A range of lines in a `<pre>`; of what is shown already, only what changed is drawn again. */
import { count } from "../../ui/amounts";
import { element } from "../../ui/element";
import { button } from "../rendering/controls";
import { type Line, lineText } from "./line";
import { styledText } from "./sgr";

export interface LineSource {
  readonly length: number;
  line(index: number): Line;
}

/** A stretch of a line that is to stand out. */
export interface Mark {
  line: number;
  from: number;
  to: number;
}

/** Of a longer line only the beginning is drawn at first. */
const MAX_LENGTH = 2000;

export class Rows {
  readonly dom = element("pre", { class: "rdit-lines" });
  #first = 0;
  #rows: { line: Line; dom: HTMLElement }[] = [];
  readonly #limits = new Map<number, number>();
  #source: LineSource | null = null;
  #mark: Mark | null = null;

  /** *resized* is called when a reader opened more of a long line. */
  constructor(readonly resized: () => void) {}

  /** Show the lines from index *first* up to *end* of *source*. */
  show(source: LineSource, first: number, end: number): void {
    this.#source = source;
    const kept = this.#rows;
    const keptFirst = this.#first;
    const keptEnd = keptFirst + kept.length;
    if (end <= keptFirst || first >= keptEnd) {
      const rows = this.#drawn(first, end);
      this.dom.replaceChildren(...rows.map((row) => row.dom));
      this.#rows = rows;
      this.#first = first;
      return;
    }
    for (const row of kept.splice(Math.max(0, end - keptFirst))) row.dom.remove();
    for (const row of kept.splice(0, Math.max(0, first - keptFirst))) row.dom.remove();
    const from = Math.max(first, keptFirst);
    kept.forEach((row, index) => {
      const line = source.line(from + index);
      if (line !== row.line) this.#redraw(row, from + index, line);
    });
    const before = this.#drawn(first, from);
    const after = this.#drawn(from + kept.length, end);
    this.dom.prepend(...before.map((row) => row.dom));
    this.dom.append(...after.map((row) => row.dom));
    this.#rows = [...before, ...kept, ...after];
    this.#first = first;
  }

  /** Let *mark* stand out, and nothing else. */
  mark(mark: Mark | null): void {
    const before = this.#mark;
    this.#mark = mark;
    for (const index of new Set([before?.line, mark?.line])) if (index !== undefined) this.#redrawAt(index);
  }

  /** The element of line *index*, when it is shown. */
  row(index: number): HTMLElement | null {
    return this.#rows[index - this.#first]?.dom ?? null;
  }

  #drawn(first: number, end: number) {
    const rows: { line: Line; dom: HTMLElement }[] = [];
    for (let index = first; index < end; index += 1) {
      const line = this.#source?.line(index) ?? "";
      rows.push({ line, dom: this.#draw(index, line) });
    }
    return rows;
  }

  #redrawAt(index: number): void {
    const row = this.#rows[index - this.#first];
    if (row) this.#redraw(row, index, row.line);
  }

  #redraw(row: { line: Line; dom: HTMLElement }, index: number, line: Line): void {
    const dom = this.#draw(index, line);
    row.dom.replaceWith(dom);
    row.dom = dom;
    row.line = line;
  }

  #draw(index: number, line: Line): HTMLElement {
    const dom = element("span", { class: "rdit-line" });
    const limit = this.#limits.get(index) ?? MAX_LENGTH;
    const text = lineText(line);
    const mark = this.#mark?.line === index ? this.#mark : null;
    const end = Math.max(limit, mark?.to ?? 0);
    const shown = text.length > end ? clipped(line, end) : line;
    if (mark) {
      dom.append(...drawnRuns(between(shown, 0, mark.from)));
      dom.append(element("mark", { class: "rdit-match" }, ...drawnRuns(between(shown, mark.from, mark.to))));
      dom.append(...drawnRuns(between(shown, mark.to, end)));
    } else {
      dom.append(...drawnRuns(shown));
    }
    if (text.length > end) {
      const more = button(`… ${count(text.length - end, "more character")}`, () => {
        this.#limits.set(index, Math.max(limit, end) * 10);
        this.#redrawAt(index);
        this.resized();
      });
      more.classList.add("rdit-rest-of-line");
      dom.append(more);
    }
    dom.append("\n");
    return dom;
  }
}

function drawnRuns(line: Line): (Node | string)[] {
  if (typeof line === "string") return line ? [line] : [];
  return line.map((run) => styledText(run.text, run.style));
}

function clipped(line: Line, end: number): Line {
  // Never in the middle of a character.
  const last = lineText(line).charCodeAt(end - 1);
  return between(line, 0, last >= 0xd800 && last < 0xdc00 ? end - 1 : end);
}

function between(line: Line, from: number, to: number): Line {
  if (typeof line === "string") return line.slice(from, to);
  let at = 0;
  const runs = [];
  for (const { text, style } of line) {
    const part = text.slice(Math.max(0, from - at), Math.max(0, to - at));
    if (part) runs.push({ text: part, style });
    at += text.length;
  }
  return runs;
}
