import { syntaxTree } from "@codemirror/language";
import {
  type EditorState,
  type Extension,
  type RangeSet,
  RangeSetBuilder,
  StateField,
} from "@codemirror/state";
import { GutterMarker, gutterLineClass } from "@codemirror/view";
import { touchedStatementsInTime } from "./statements";

class ActiveMark extends GutterMarker {
  override elementClass = "rdit-active-statement";
}
const mark = new ActiveMark();

/** A line of gutter is an element; of a statement longer than this (in lines) only the beginning is marked. */
const MAX_LINES = 500;

/** Shows in the gutter which statements Mod-Enter would run. */
const field = StateField.define<RangeSet<GutterMarker>>({
  create: marksOf,
  update: (marks, transaction) =>
    transaction.docChanged ||
    transaction.selection ||
    // The parser has come further meanwhile.
    (marks.size === 0 && syntaxTree(transaction.startState) !== syntaxTree(transaction.state))
      ? marksOf(transaction.state)
      : marks,
  provide: (own) => gutterLineClass.from(own),
});

function marksOf(state: EditorState): RangeSet<GutterMarker> {
  const marks = new RangeSetBuilder<GutterMarker>();
  let lines = 0;
  for (const { from, to } of touchedStatementsInTime(state)) {
    for (let at = from; at <= to && lines < MAX_LINES; lines += 1) {
      marks.add(at, at, mark);
      at = state.doc.lineAt(at).to + 1;
    }
  }
  return marks.finish();
}

/** The extension. */
export function activeStatement(): Extension {
  return field;
}
