/** Names in the colours of what they are, where the grammar alone cannot know it. */
import { type Extension, Prec, type Range, StateEffect, StateField } from "@codemirror/state";
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

/**
 * What is *shown* with *marks* (sorted) in its place. What is the same stays as it is, which the editor passes over
 * when it draws: after a pause in typing that is nearly all.
 */
export function renewed(shown: DecorationSet, marks: readonly Range<Decoration>[]): DecorationSet {
  const gone = new Set<number>();
  const add: Range<Decoration>[] = [];
  const cursor = shown.iter();
  let at = 0;
  // Marks do not overlap, so that where one begins tells it from the others.
  while (cursor.value || at < marks.length) {
    const mark = marks[at];
    const isBefore = mark === undefined || (cursor.value !== null && cursor.from < mark.from);
    if (!mark || isBefore) {
      gone.add(cursor.from);
      cursor.next();
      continue;
    }
    const isSame = cursor.value === mark.value && cursor.from === mark.from && cursor.to === mark.to;
    if (!isSame) add.push(mark);
    if (!isSame && cursor.value && cursor.from === mark.from) gone.add(cursor.from);
    if (cursor.value && cursor.from === mark.from) cursor.next();
    at += 1;
  }
  if (gone.size === 0 && add.length === 0) return shown;
  const places = [...gone];
  const [filterFrom = 0] = places;
  const filterTo = places.at(-1) ?? 0;
  return shown.update({ add, filter: (from) => !gone.has(from), filterFrom, filterTo });
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
  const shown = view.state.field(tokensField);
  const next = renewed(shown, marks);
  if (next !== shown) view.dispatch({ effects: setTokens.of(next) });
}
