/** Copy text to the clipboard. */
import { element } from "./element";

/** Put *text* on the clipboard; throws when the browser refuses. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Pages that came over plain HTTP from another machine have no clipboard of their own.
  const area = element("textarea", { "aria-hidden": "true" });
  Object.assign(area.style, { position: "fixed", insetInlineStart: "-100vw" });
  area.value = text;
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  if (!done) throw new Error("The browser did not let the page copy.");
}
