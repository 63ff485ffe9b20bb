import type { OutputItem } from "../../backend/types";

/** What begins a line of its own. */
const LINES = /<(?:tr|p|div|li|h[1-6]|br|dt|dd|pre)\b/gi;
const LINE_HEIGHT = 21;
const MAX_HEIGHT = 420;
/** Looking through more than this, in characters, is not worth a guess. */
const MAX_SCANNED = 20_000;

/** About how tall (in pixels) the HTML of *item* will be; null when it has none. */
export function htmlHeight(item: OutputItem): number | null {
  const html = item.data?.["text/html"];
  if (typeof html !== "string") return null;
  const lines = html.slice(0, MAX_SCANNED).match(LINES)?.length ?? 1;
  return Math.min(MAX_HEIGHT, Math.max(1, lines) * LINE_HEIGHT);
}
