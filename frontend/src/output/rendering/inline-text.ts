/** The values that stand at the ends of their lines, rather than below. */
import type { OutputItem } from "../../backend/types";
import { isDrawn } from "./formats";
import { formatsOf } from "./item-data";

/** A longer value needs a place of its own. */
const MAX_INLINE = 80;

/** The short plain value that can stand at the end of its line, or null when *items* need a place of their own. */
export function inlineText(items: readonly OutputItem[]): string | null {
  const [item] = items;
  if (!item || items.length > 1 || item.late || item.type === "stderr" || item.type === "error") return null;
  const text = item.text.replace(/\r?\n$/, "");
  // A small dictionary needs no tree, unless its text says nothing but what it is.
  const formats = formatsOf(item).filter(isDrawn);
  if (formats.some((format) => format !== "application/json" || /^<.*>$/.test(text))) return null;
  // Control characters and those that turn the direction of writing need a place where they are dealt with.
  const unfit = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
  return text.trim() === "" || text.length > MAX_INLINE || unfit.test(text) ? null : text;
}
