/** The footer of a grid: how large the table is, what is selected, and what a reader should know. */

import { count } from "../../ui/amounts";
import { element } from "../../ui/element";
import { button } from "../rendering/controls";
import type { GridModel } from "./data/model";
import type { Rect } from "./data/table";
import { isPlain } from "./data/view";

const whole = new Intl.NumberFormat("en");

/** `10,000,000 rows × 1,000 columns`, or `12 of 3,000 rows × 4 columns`. */
export function shapeInWords(model: GridModel): string {
  const rows =
    model.rows === model.totalRows
      ? count(model.rows, "row")
      : `${whole.format(model.rows)} of ${count(model.totalRows, "row")}`;
  return `${rows} × ${count(model.columnCount, "column")}`;
}

export class Footer {
  readonly #range = element("span", { class: "rdit-grid-range" });
  readonly #shape = element("span", { class: "rdit-grid-shape" });
  readonly #selection = element("span", { class: "rdit-grid-selected" });
  readonly #notice = element("span", { class: "rdit-grid-notice", role: "status" });
  readonly #act = element("span", { class: "rdit-grid-act" });
  readonly dom = element(
    "div",
    { class: "rdit-grid-foot" },
    this.#range,
    this.#shape,
    this.#selection,
    this.#notice,
    this.#act,
  );
  #said = "";
  /** Something that goes on by itself, such as a download; it is said before anything else. */
  task: { words: string; stop: () => void } | null = null;

  constructor(private readonly model: GridModel) {}

  /** *first* to *last* are the rows that are whole in sight, from 0; *range* is selected. */
  draw(range: Rect | null, first: number, last: number): void {
    const { model } = this;
    const isAll = first <= 0 && last >= model.rows - 1;
    this.#range.textContent = isAll ? "" : `${whole.format(first + 1)}–${whole.format(last + 1)} of`;
    this.#shape.textContent = shapeInWords(model);
    const isOne = range !== null && range.rows === 1 && range.columns === 1;
    this.#selection.textContent =
      range && !isOne ? `${whole.format(range.rows)} × ${whole.format(range.columns)} selected` : "";
    const { words, kind, action } = this.#news();
    const said = `${kind}${words}${action?.label ?? ""}`;
    if (said === this.#said) return;
    this.#said = said;
    this.#notice.textContent = words;
    this.#notice.title = words;
    this.#notice.dataset.kind = kind;
    this.#act.replaceChildren(...(action ? [button(action.label, action.run)] : []));
  }

  #news(): { words: string; kind: string; action?: { label: string; run: () => void } } {
    const { model, task } = this;
    if (task) return { words: task.words, kind: "busy", action: { label: "Stop", run: task.stop } };
    switch (model.trouble?.kind) {
      case "gone":
        return {
          words: "No longer in the kernel. What had been loaded stays; run the statement again for the rest.",
          kind: "warning",
        };
      case "changed":
        return {
          words: "Changed since it was shown. These are the values from then.",
          kind: "warning",
          action: { label: "Show it as it is now", run: () => model.takeChanged() },
        };
      case "failed":
        return {
          words: model.trouble.text,
          kind: "error",
          action: { label: "Try again", run: () => model.retry() },
        };
      case undefined:
        break;
    }
    if (model.waits)
      return { words: "Waiting for the kernel, which answers when no statement is running.", kind: "busy" };
    if (model.isRearranging) {
      const words = isPlain(model.wantedView) ? "Restoring the order…" : "Sorting and filtering…";
      return { words, kind: "busy" };
    }
    if (model.rows === 0 && model.totalRows > 0) return { words: "No row passes.", kind: "" };
    return { words: "", kind: "" };
  }
}
