/** Selecting by syntax: a word, the text or the brackets around it, the statement, the block, and back again. */
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import {
  Annotation,
  EditorSelection,
  type EditorState,
  type Extension,
  type SelectionRange,
  type StateCommand,
  StateField,
} from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Milliseconds that the text of a long script may be read for. */
const READ_FOR = 50;

/** What was selected before each step, the oldest first. */
const steps = Annotation.define<readonly EditorSelection[]>();
const selected = StateField.define<readonly EditorSelection[]>({
  create: () => [],
  update(before, transaction) {
    const made = transaction.annotation(steps);
    if (made) return made;
    return transaction.docChanged || transaction.selection ? [] : before;
  },
});

/** What remembers the steps. */
export function syntaxSelection(): Extension {
  return selected;
}

/** Select what is around each selection. */
export const selectMore: StateCommand = ({ state, dispatch }) => {
  const ranges = state.selection.ranges.map((range) => around(state, range));
  const selection = EditorSelection.create(ranges, state.selection.mainIndex);
  if (selection.eq(state.selection)) return false;
  const before = [...(state.field(selected, false) ?? []), state.selection];
  dispatch(
    state.update({ selection, annotations: steps.of(before), userEvent: "select", scrollIntoView: true }),
  );
  return true;
};

/** Select again what was selected before the last step. */
export const selectLess: StateCommand = ({ state, dispatch }) => {
  const before = state.field(selected, false) ?? [];
  const selection = before.at(-1);
  if (!selection) return false;
  const annotations = steps.of(before.slice(0, -1));
  dispatch(state.update({ selection, annotations, userEvent: "select", scrollIntoView: true }));
  return true;
};

/** The least that is more than *range* and begins and ends with something. */
function around(state: EditorState, { from, to }: SelectionRange): SelectionRange {
  let least: Span = { from: 0, to: state.doc.length };
  for (const span of spansAt(state, from, to)) {
    const isMore = span.from <= from && span.to >= to && span.to - span.from > to - from;
    if (isMore && span.to - span.from < least.to - least.from) least = span;
  }
  return EditorSelection.range(least.to, least.from);
}

function* spansAt(state: EditorState, from: number, to: number): Generator<Span> {
  const word = state.wordAt(from);
  if (word) yield word;
  const tree = ensureSyntaxTree(state, Math.min(to + 1, state.doc.length), READ_FOR) ?? syntaxTree(state);
  for (const side of [-1, 1] as const) {
    for (let node: SyntaxNode | null = tree.resolveInner(from, side); node; node = node.parent) {
      if (!node.type.isTop && !node.type.isError) yield* spansOf(state, node);
    }
  }
  const line = state.doc.lineAt(from);
  if (tree.length === 0) {
    const text = line.text.trim();
    const start = line.from + line.text.indexOf(text);
    yield { from: start, to: start + text.length };
  }
}

/** *node*, and what is within its quotation marks or its brackets; of a block the statements, without the colon. */
function* spansOf(state: EditorState, node: SyntaxNode): Generator<Span> {
  const { from } = node;
  const text = state.sliceDoc(from, node.to).trimEnd();
  const to = from + text.length;
  if (/Body$/.test(node.name)) {
    const first = node.firstChild?.nextSibling;
    if (first) yield { from: first.from, to };
    return;
  }
  yield { from, to };
  if (/String$/.test(node.name)) {
    const [begin = "", quote = ""] = /^[a-z]{0,2}("""|'''|"|')/i.exec(text) ?? [];
    const isEnded = text.length >= begin.length + quote.length && text.endsWith(quote);
    if (quote !== "") yield { from: from + begin.length, to: isEnded ? to - quote.length : to };
  } else if (/^[([{]/.test(text) && /[)\]}]$/.test(text)) {
    const inner = text.slice(1, -1);
    const start = from + 1 + (inner.length - inner.trimStart().length);
    yield { from: start, to: start + inner.trim().length };
  }
}
