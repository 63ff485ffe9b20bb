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

/** What is known of how a result looks. */
interface Look {
  /** The height in pixels that its output turned out to have below its statement. */
  height: number | null;
  /** The height that it turned out to have beside it. */
  besideHeight: number | null;
  /** The room below its statement that it needs there. */
  spacer: number | null;
}

const looks = new WeakMap<Result, Look>();

/** What is known of how *result* looks; write to it to have it known. */
export function lookOf(result: Result): Look {
  const known = looks.get(result);
  if (known) return known;
  const fresh = { height: null, besideHeight: null, spacer: null };
  looks.set(result, fresh);
  return fresh;
}

/** What a reader did to the items of *before* (folded one, say) holds for those that they became; so does its look. */
export function carry(before: Result, now: Result): void {
  looks.set(now, lookOf(before));
  now.output.forEach((item, index) => {
    const old = before.output[index];
    if (old && old !== item) carryMemory(noted.get(old) ?? old, withNote(item));
  });
}
