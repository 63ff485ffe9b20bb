/** Out of the page: to the clipboard, or into a file. */
import { element } from "./dom";
import type { Saved } from "./rendering";

/** Put *content* on the clipboard; throws when the browser refuses. */
export async function copyOut(content: string | Promise<Blob>): Promise<void> {
  if (typeof content !== "string") {
    if (!("ClipboardItem" in window) || !navigator.clipboard)
      throw new Error("This browser copies images only on pages it trusts; save the image instead.");
    await navigator.clipboard.write([new ClipboardItem({ "image/png": content })]);
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

/** Let the browser save a file. */
export function saveOut({ name, content }: Saved): void {
  const url = URL.createObjectURL(content);
  const link = element("a", { href: url, download: name });
  link.click();
  // The download has its own hold on the data once it began.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
