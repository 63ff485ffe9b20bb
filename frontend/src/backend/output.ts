import type { OutputEvent, OutputItem } from "./types";

/** An output item after one more piece of it; the first piece is the item. */
export function extended(
  item: OutputItem | undefined,
  { item: piece, replaceFrom, omitted }: Pick<OutputEvent, "item" | "replaceFrom" | "omitted">,
): OutputItem {
  if (!item) return piece;
  const kept = replaceFrom ?? item.text.length;
  // What replaces the text behind the cut leaves the cut where it is.
  const cut = omitted
    ? { cutAt: kept, omitted }
    : replaceFrom != null && replaceFrom <= (item.cutAt ?? -1)
      ? { cutAt: null, omitted: null }
      : {};
  // What replaces a display from its beginning brings the data that it has now.
  const present = replaceFrom === 0 && item.dataOmitted ? { dataOmitted: null } : {};
  return { ...item, ...piece, ...cut, ...present, text: item.text.slice(0, kept) + piece.text };
}
