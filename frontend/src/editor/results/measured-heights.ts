import { carryMemory } from "../../output/render";
import type { Result } from "../../session/results";

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
    if (old && old !== item) carryMemory(old, item);
  });
}
