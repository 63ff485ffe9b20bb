/** Names in the colours of what they are, where the grammar alone cannot know it. */
import { type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import type { LanguageClient } from "../client/language-client";
import { type Token, tokensIn } from "./token-data";
import "./highlighting.css";

/** What is marked; the grammar has its own colours for the rest, and plain variables have none. */
const CLASSES: Readonly<Record<string, string>> = {
  namespace: "rdit-token-module",
  class: "rdit-token-class",
  typeParameter: "rdit-token-class",
  function: "rdit-token-function",
  method: "rdit-token-function",
  parameter: "rdit-token-parameter",
  selfParameter: "rdit-token-self",
  clsParameter: "rdit-token-self",
};

export function classOf({ type, modifiers }: Pick<Token, "type" | "modifiers">): string | null {
  if (type === "variable" && modifiers.includes("readonly")) return "rdit-token-constant";
  return CLASSES[type] ?? null;
}

const setTokens = StateEffect.define<DecorationSet>();

const tokensField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, { changes, effects }) {
    let next = shown.map(changes);
    for (const effect of effects) if (effect.is(setTokens)) next = effect.value;
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Within the marks of the grammar, whose colours these replace. */
export const semanticTokens: Extension = Prec.highest(tokensField);

const MARKS = new Map<string, Decoration>();

function markOf(name: string): Decoration {
  const known = MARKS.get(name) ?? Decoration.mark({ class: name });
  MARKS.set(name, known);
  return known;
}

/** Ask what the names of *view* are, and show it. */
export async function pullTokens(
  client: LanguageClient,
  view: EditorView,
  signal: AbortSignal,
): Promise<void> {
  const method = "textDocument/semanticTokens/full";
  const answer = await client.current<{ data: readonly number[] }>(method, {}, signal);
  const legend = client.opened.peek()?.semanticTokens;
  if (!answer || !legend || signal.aborted) return;
  const marks = tokensIn(view.state.doc, answer.data, legend).flatMap((token) => {
    const name = classOf(token);
    return name ? [markOf(name).range(token.from, token.to)] : [];
  });
  view.dispatch({ effects: setTokens.of(Decoration.set(marks)) });
}
