import { copyOut } from "../../rendering/clipboard";
import type { Copied, RenderContext } from "../../rendering/rendering";
import type { GridModel } from "./model";
import { HEAD, type Place } from "./selection";
import type { Rect } from "./table";
import { copiedText, MAX_COPIED, shownText } from "./tsv";

/** Copy what is selected; without a *range* the name of the row or column that has the *focus*. */
export function copyRange(
  model: GridModel,
  range: Rect | null,
  focus: Place,
  labels: boolean,
  context: RenderContext,
): void {
  const copy = (content: string | Copied, words: string) => {
    copyOut(content).then(
      () => context.announce(words),
      (error: unknown) =>
        context.announce(error instanceof Error ? error.message : "The browser did not copy."),
    );
  };
  if (!range) {
    const name = focus.row === HEAD ? model.nameOf(focus.column) : (model.tiles.label(focus.row) ?? "");
    copy(name, "Copied the name");
    return;
  }
  const cells = range.rows * range.columns;
  if (cells > MAX_COPIED) {
    context.announce("That is too much for the clipboard; save the table as a file instead.");
    model.report(new Error("That is too much for the clipboard; save the table as CSV instead."));
    return;
  }
  const words = cells === 1 ? "Copied" : `Copied ${range.rows} × ${range.columns} cells`;
  copy(copiedRange(model, range, labels), words);
}

/** The values as the kernel has them or, when it has them no more, as they are shown. */
export function copiedRange(model: GridModel, range: Rect, labels = false): Copied {
  const shown = () => {
    const text = shownText(model, range, labels);
    if (text === null) throw new Error("Not all of these cells had been loaded before the table went away.");
    return text;
  };
  const text = model.trouble ? Promise.resolve().then(shown) : copiedText(model, range, labels);
  return { type: "text/plain", content: text.then((done) => new Blob([done], { type: "text/plain" })) };
}
