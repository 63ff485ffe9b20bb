import { ensureSyntaxTree, language, syntaxTree } from "@codemirror/language";
import type { EditorState, SelectionRange, Text } from "@codemirror/state";
import type { Tree } from "@lezer/common";

/** The lines that a top-level statement covers, as positions: from the start of its first line to the end of its last. */
export interface StatementRange {
  from: number;
  to: number;
}

/** How long a movement of the cursor may wait for the parser, in milliseconds. */
const PARSE_TIMEOUT_MS = 200;

/** The tree of the whole text if it takes no longer than a key press may wait; null otherwise, never a part of it. */
function treeInTime(state: EditorState): Tree | null {
  return ensureSyntaxTree(state, state.doc.length, PARSE_TIMEOUT_MS);
}

/** The tree of the whole text, however long that takes: in a part of it the last statement may be cut short. */
function wholeTree(state: EditorState): Tree {
  const parser = state.facet(language)?.parser;
  return treeInTime(state) ?? parser?.parse(state.doc.toString()) ?? syntaxTree(state);
}

/**
 * The top-level statements that end after *position*, in order.
 *
 * What shares a line counts as one (`a = 1; b = 2`): lines are what can be run.
 */
function* statementsFrom(state: EditorState, tree: Tree, position: number): Generator<StatementRange> {
  let open: StatementRange | null = null;
  for (let node = tree.topNode.childAfter(position); node; node = node.nextSibling) {
    if (node.name === "Comment") continue;
    const end = endOfText(state.doc, node);
    if (end === node.from) continue;
    const from = state.doc.lineAt(node.from).from;
    const to = state.doc.lineAt(end).to;
    if (open && from <= open.to) {
      open.to = Math.max(open.to, to);
    } else {
      if (open) yield open;
      open = { from, to };
    }
  }
  if (open) yield open;
}

/** So many characters are read at a time from the end of a statement: few end with more blanks. */
const TAIL = 64;

/** Where the text of *node* ends, without the blanks at its end; where it begins when there is nothing else in it. */
function endOfText(doc: Text, { from, to }: StatementRange): number {
  for (let end = to; end > from; end -= TAIL) {
    const start = Math.max(from, end - TAIL);
    const { length } = doc.sliceString(start, end).trimEnd();
    if (length > 0) return start + length;
  }
  return from;
}

/** Every top-level statement of the script. */
export function statementsOf(state: EditorState): StatementRange[] {
  return [...statementsFrom(state, wholeTree(state), 0)];
}

/** The same for what is only shown, after each key: null while the parser takes too long to know. */
export function statementsInTime(state: EditorState): StatementRange[] | null {
  const tree = treeInTime(state);
  return tree && [...statementsFrom(state, tree, 0)];
}

/** The statements that the lines of the selection touch; where there is none, the next one below, as one reads on. */
export function touchedStatements(state: EditorState): StatementRange[] {
  return touchedIn(state, wholeTree(state));
}

/** The same for what is only shown, after each key: nothing while the parser takes too long to know. */
export function touchedStatementsInTime(state: EditorState): StatementRange[] {
  const tree = treeInTime(state);
  return tree ? touchedIn(state, tree) : [];
}

function touchedIn(state: EditorState, tree: Tree): StatementRange[] {
  const touched = new Map<number, StatementRange>();
  for (const range of state.selection.ranges)
    for (const statement of statementsWithin(state, tree, range)) touched.set(statement.from, statement);
  if (touched.size > 0) return [...touched.values()].sort((a, b) => a.from - b.from);
  const below = firstAfter(state, tree, state.selection.main.head);
  const last = below ?? [...statementsFrom(state, tree, 0)].at(-1);
  return last ? [last] : [];
}

function* statementsWithin(state: EditorState, tree: Tree, range: SelectionRange): Generator<StatementRange> {
  const from = state.doc.lineAt(range.from).from;
  const last = state.doc.lineAt(range.to);
  // A selection that ends at the very start of a line does not look as if it touched that line.
  const to = !range.empty && range.to === last.from ? range.to - 1 : last.to;
  for (const statement of statementsFrom(state, tree, from)) {
    if (statement.from > to) return;
    if (statement.to >= from) yield statement;
  }
}

/** The first statement that begins below *position*. */
export function statementAfter(state: EditorState, position: number): StatementRange | null {
  return firstAfter(state, wholeTree(state), position);
}

function firstAfter(state: EditorState, tree: Tree, position: number): StatementRange | null {
  for (const statement of statementsFrom(state, tree, position))
    if (statement.from > position) return statement;
  return null;
}

/** *ranges*, in order, in groups that have no other statement between them: each can be run as one range of lines. */
export function inOneRange(state: EditorState, ranges: readonly StatementRange[]): StatementRange[][] {
  const groups: StatementRange[][] = [];
  for (const range of ranges) {
    const before = groups.at(-1)?.at(-1);
    if (before && statementAfter(state, before.to)?.from === range.from) groups.at(-1)?.push(range);
    else groups.push([range]);
  }
  return groups;
}

/** Lines counted from 1, both ends included, from the first to the last of *ranges*. */
export function linesOf(state: EditorState, ranges: readonly StatementRange[]): { from: number; to: number } {
  const from = Math.min(...ranges.map((range) => range.from));
  const to = Math.max(...ranges.map((range) => range.to));
  return { from: state.doc.lineAt(from).number, to: state.doc.lineAt(to).number };
}
