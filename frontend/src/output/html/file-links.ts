/** Links of a Markdown or HTML output to files of the workspace, by their paths beside the script: the page opens them. */
import type { RenderContext } from "../rendering/rendering";
import { pathOf } from "./pictures";

/** Holds the path of a file that a link leads to. No markup brings it along: such attributes are removed. */
export const FILE = "data-file";

/** Have the links within *content* that `sanitised` left to the page open their files. */
export function placeFileLinks(content: ParentNode, context: RenderContext): void {
  for (const link of content.querySelectorAll<HTMLElement | SVGElement>(`[${FILE}]`)) {
    const path = pathOf(link.getAttribute(FILE) ?? "");
    link.removeAttribute(FILE);
    const { openFile } = context;
    if (!openFile) continue;
    // Without an address: the browser would ask for it without a token.
    link.setAttribute("role", "link");
    link.setAttribute("tabindex", "0");
    if (!link.hasAttribute("title")) link.setAttribute("title", `Open ${path}`);
    link.addEventListener("click", () => openFile(path));
    link.addEventListener("keydown", (event) => {
      if (!(event instanceof KeyboardEvent) || event.key !== "Enter") return;
      event.preventDefault();
      openFile(path);
    });
  }
}
