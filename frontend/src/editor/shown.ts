import type { OutputItem } from "../backend/types";
import { carryMemory, withOmitted } from "../output/render";
import type { Result } from "../session/result";

const noted = new WeakMap<OutputItem, OutputItem>();

/** The items of *result* to show: where text is left out, they say how much. */
export function shown(result: Result): readonly OutputItem[] {
  return result.output.some((item) => item.omitted) ? result.output.map(withNote) : result.output;
}

function withNote(item: OutputItem): OutputItem {
  if (!item.omitted) return item;
  const present = noted.get(item);
  if (present) return present;
  const made = withOmitted(item, { at: item.cutAt ?? 0, characters: item.omitted });
  noted.set(item, made);
  return made;
}

/** What a reader did to the items of *before* (folded one, say) holds for those that they became. */
export function carry(before: Result, now: Result): void {
  now.output.forEach((item, index) => {
    const old = before.output[index];
    if (old && old !== item) carryMemory(noted.get(old) ?? old, withNote(item));
  });
}
