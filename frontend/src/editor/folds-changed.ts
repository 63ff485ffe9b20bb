import { StateEffect } from "@codemirror/state";
import type { ViewUpdate } from "@codemirror/view";

/** Other lines can be folded than before, although the text is the same. */
export const foldsChanged = StateEffect.define<null>();

export function foldsHaveChanged({ transactions }: ViewUpdate): boolean {
  return transactions.some(({ effects }) => effects.some((effect) => effect.is(foldsChanged)));
}
