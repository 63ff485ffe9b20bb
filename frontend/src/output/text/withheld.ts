/** Outputs that are not drawn until a reader asks: their text, why, and a button. */
import type { OutputItem } from "../../backend/types";
import { element } from "../../ui/element";
import { button } from "../rendering/controls";
import type { RenderContext, Rendering } from "../rendering/rendering";
import { TextView } from "./text";

/** The text of *item* below a sentence that says *why* it is not drawn; *show* draws it. */
export function renderWithheld(
  item: OutputItem,
  context: RenderContext,
  { why, show }: { why: string; show: () => void },
): Rendering {
  const text = new TextView(item, context);
  const note = element("p", { class: "rdit-note" }, why, " ", button("Show", show));
  return {
    dom: element("div", { class: "rdit-withheld" }, note, text.dom),
    actions: text.actions,
    update: () => false,
    destroy: () => text.destroy(),
    describe: () => `Not drawn, ${text.describe()}`,
    copy: () => text.copy(),
    save: () => text.save(),
  };
}
