/** Copy to the clipboard. */
import { copyText } from "../../ui/clipboard";
import type { Copied } from "./rendering";

/** Put *content*, text or an image as PNG, on the clipboard; throws when the browser refuses. */
export async function copyOut(content: string | Copied | Promise<Blob>): Promise<void> {
  if (typeof content === "string") return copyText(content);
  const made: Copied = "content" in content ? content : { type: "image/png", content };
  if (!("ClipboardItem" in window) || !navigator.clipboard) {
    if (made.type === "text/plain") return copyText(await (await made.content).text());
    throw new Error("This browser copies images only on pages it trusts; save the image instead.");
  }
  // Given as a promise, since a browser copies only right after a press of the reader.
  await navigator.clipboard.write([new ClipboardItem({ [made.type]: made.content })]);
}
