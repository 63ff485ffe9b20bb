import { carryMemory } from "../../output/rendering/remembered";
import type { Result } from "../../session/results";

/** Heights that the output of a result turned out to have, in pixels; null while it was not drawn. */
interface Heights {
  /** Below its statement. */
  below: number | null;
  /** In the column beside the code. */
  beside: number | null;
  /** The room below its statement that it needs when it is in the column. */
  spacer: number | null;
}

const measured = new WeakMap<Result, Heights>();

/** The measured heights of *result*; write to them as the output is drawn. */
export function heightsOf(result: Result): Heights {
  const known = measured.get(result);
  if (known) return known;
  const heights = { below: null, beside: null, spacer: null };
  measured.set(result, heights);
  return heights;
}

/** What a reader did to the items of *before* (folded one, say) holds for those that they became; so do its heights. */
export function carry(before: Result, now: Result): void {
  measured.set(now, heightsOf(before));
  now.output.forEach((item, index) => {
    const old = before.output[index];
    if (old && old !== item) carryMemory(old, item);
  });
}
