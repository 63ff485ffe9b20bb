import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";

/** A state with the text of *marked* and its selections: `|` is a cursor, `‹…›` is selected. */
export function stateOf(marked: string, extensions: Extension): EditorState {
  const { doc, ranges } = taken(marked);
  const state = EditorState.create({
    doc,
    extensions: [EditorState.allowMultipleSelections.of(true), extensions],
  });
  ensureSyntaxTree(state, doc.length, 60_000); // a busy machine has not read it yet
  const [first = 0] = ranges.flat();
  const selection =
    ranges.length === 1 ? { anchor: first, head: ranges[0]?.[1] ?? first } : { anchor: first };
  return state.update({ selection }).state;
}

function taken(marked: string): { doc: string; ranges: number[][] } {
  const ranges: number[][] = [];
  let doc = "";
  for (const character of marked) {
    if (character === "|") ranges.push([doc.length, doc.length]);
    else if (character === "‹") ranges.push([doc.length]);
    else if (character === "›") ranges.at(-1)?.push(doc.length);
    else doc += character;
  }
  return { doc, ranges };
}

/** The text of *state* with its selection marked. */
export function marked(state: EditorState): string {
  const { from, to, empty } = state.selection.main;
  const text = state.doc.toString();
  const within = empty ? "|" : `‹${text.slice(from, to)}›`;
  return text.slice(0, from) + within + text.slice(to);
}
