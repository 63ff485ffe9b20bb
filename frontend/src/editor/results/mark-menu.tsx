/** The menu of a statement's mark. */
import type { EditorView } from "@codemirror/view";
import { render } from "preact";
import type { Command } from "../../ui/commands";
import { Menu, type Point } from "../../ui/menu";

const IN_MENU: readonly string[] = ["run", "below", "console here"];

/** Show it at a place of the window, for the statement at the cursor. */
export function showMarkMenu(view: EditorView, commands: readonly Command[], at: Point): void {
  const place = document.createElement("div");
  view.dom.ownerDocument.body.append(place);
  const close = (refocus: boolean) => {
    render(null, place);
    place.remove();
    if (refocus) view.focus();
  };
  const listed = commands.filter(({ id }) => IN_MENU.includes(id));
  render(<Menu label="Statement" commands={listed} close={close} at={at} />, place);
}
