/** Copy to the clipboard. */
import { element } from "../../ui/element";
import type { Copied } from "./rendering";

/** Put *content*, text or an image as PNG, on the clipboard; throws when the browser refuses. */
export async function copyOut(content: string | Copied | Promise<Blob>): Promise<void> {
  if (typeof content !== "string") {
    const made: Copied = "content" in content ? content : { type: "image/png", content };
    if (!("ClipboardItem" in window) || !navigator.clipboard) {
      if (made.type === "text/plain") return copyOut(await (await made.content).text());
      throw new Error("This browser copies images only on pages it trusts; save the image instead.");
    }
    // Given as a promise, since a browser copies only right after a press of the reader.
    await navigator.clipboard.write([new ClipboardItem({ [made.type]: made.content })]);
    return;
  }
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(content);
    return;
  }
  // Pages that came over plain HTTP from another machine have no clipboard of their own.
  const area = element("textarea", { class: "rdit-offscreen", "aria-hidden": "true" });
  area.value = content;
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  if (!done) throw new Error("The browser did not let the page copy.");
}
