/** Types and names of parameters, where the text does not have them: a setting. */
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import type { InlayHint } from "vscode-languageserver-types";
import type { LanguageClient } from "../client/language-client";
import { offsetAt, rangeOf } from "../protocol/positions";

/** A longer one is cut: the whole is in its hover. */
const MAX_LENGTH = 40;

/** What a hint says; null where it says nothing that anybody wants to know. */
export function wordsOf({ label }: Pick<InlayHint, "label">): string | null {
  const words = typeof label === "string" ? label : label.map(({ value }) => value).join("");
  return /^:?\s*Unknown$/.test(words) ? null : words;
}

class HintWidget extends WidgetType {
  constructor(private readonly words: string) {
    super();
  }

  override eq(other: HintWidget): boolean {
    return this.words === other.words;
  }

  override toDOM(): HTMLElement {
    const dom = document.createElement("span");
    dom.className = "rdit-inlay-hint";
    dom.textContent = this.words.length > MAX_LENGTH ? `${this.words.slice(0, MAX_LENGTH - 1)}…` : this.words;
    if (this.words.length > MAX_LENGTH) dom.title = this.words;
    return dom;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

const setHints = StateEffect.define<DecorationSet>();

const hintsField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, { changes, effects }) {
    let next = shown.map(changes);
    for (const effect of effects) if (effect.is(setHints)) next = effect.value;
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export const inlayHints: Extension = hintsField;

/** Show the hints of *view*, or none where a person does not want them. */
export async function pullHints(
  client: LanguageClient,
  view: EditorView,
  isWanted: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (!isWanted) {
    if (view.state.field(hintsField, false)?.size) view.dispatch({ effects: setHints.of(Decoration.none) });
    return;
  }
  const { doc } = view.state;
  const range = rangeOf(doc, 0, doc.length);
  const hints = await client.current<readonly InlayHint[]>("textDocument/inlayHint", { range }, signal);
  if (!hints || signal.aborted) return;
  const widgets = hints.flatMap((hint) => {
    const words = wordsOf(hint);
    // A type stands after its name, the name of a parameter before its value.
    const side = hint.kind === 2 ? -1 : 1;
    return words
      ? [Decoration.widget({ widget: new HintWidget(words), side }).range(offsetAt(doc, hint.position))]
      : [];
  });
  view.dispatch({ effects: setHints.of(Decoration.set(widgets, true)) });
}
