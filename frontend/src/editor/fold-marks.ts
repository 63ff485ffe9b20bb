import { codeFolding, foldGutter } from "@codemirror/language";
import { type Extension, StateEffect } from "@codemirror/state";

/** Other lines can be folded than before, although the text is the same. */
export const foldsChanged = StateEffect.define<null>();

/** Marks beside the lines that fold; a click folds, and the text keeps the focus. */
export function foldMarks(): Extension {
  return [
    codeFolding(),
    foldGutter({
      openText: "⌄",
      closedText: "›",
      domEventHandlers: { mousedown: () => true },
      foldingChanged: ({ transactions }) =>
        transactions.some(({ effects }) => effects.some((effect) => effect.is(foldsChanged))),
    }),
  ];
}
