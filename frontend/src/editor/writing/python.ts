/** Python as one writes it: what is within brackets is indented as formatters indent it, and blocks end by themselves. */
import { pythonLanguage } from "@codemirror/lang-python";
import {
  delimitedIndent,
  getIndentation,
  IndentContext,
  indentNodeProp,
  indentService,
  indentString,
  syntaxTree,
  type TreeIndentContext,
} from "@codemirror/language";
import { type EditorState, type Extension, Prec, type StateCommand, Text } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import type { SyntaxNode } from "@lezer/common";
import { closing } from "./closing";

/** What is between brackets hangs by one step, also where something stands behind the bracket that opens. */
const hanging = (close: string) => delimitedIndent({ closing: close, align: false });

/** Of what has brackets among other things: `from a import (`, `x[`. */
const hangingWithin = (open: string, close: string) => (context: TreeIndentContext) => {
  const { node, pos, textAfter } = context;
  const start = node.getChild(open);
  const end = node.getChild(close);
  if (!start || pos < start.to || (end && pos > end.from)) return context.continue();
  return context.baseIndent + (textAfter.startsWith(close) ? 0 : context.unit);
};

const language = pythonLanguage.configure({
  props: [
    indentNodeProp.add({
      "TupleExpression ComprehensionExpression ParamList ArgList ParenthesizedExpression PatternArgList":
        hanging(")"),
      "DictionaryExpression DictionaryComprehensionExpression SetExpression SetComprehensionExpression":
        hanging("}"),
      "ArrayExpression ArrayComprehensionExpression TypeParamList": hanging("]"),
      ImportStatement: hangingWithin("(", ")"),
      MemberExpression: (context) =>
        context.node.getChild("[") ? hangingWithin("[", "]")(context) : context.baseIndent + context.unit,
    }),
  ],
});

/** After one of these no other statement of the block would run. */
const LAST_IN_BLOCK = /^(?:Return|Pass|Raise|Break|Continue)Statement$/;

/** The language, and what is typed in it. */
export function python(): Extension {
  const enter = Prec.high(keymap.of([{ key: "Enter", run: openBracketsOut }]));
  return [language, closing(), indentService.of(indentOfNewLine), enter];
}

/** Behind a last comma, Enter puts the bracket that closes on a line of its own, as it does between two brackets. */
export const openBracketsOut: StateCommand = ({ state, dispatch }) => {
  const { from, empty } = state.selection.main;
  const line = state.doc.lineAt(from);
  const before = line.text.slice(0, from - line.from);
  const after = line.text.slice(from - line.from);
  const isSingle = empty && state.selection.ranges.length === 1 && !state.readOnly;
  const isText = /String|Comment/.test(syntaxTree(state).resolveInner(from, -1).name);
  if (!isSingle || isText || !/,\s*$/.test(before) || !/^\s*[)\]}]/.test(after)) return false;
  const inner = getIndentation(
    new IndentContext(state, { simulateBreak: from, simulateDoubleBreak: true }),
    from,
  );
  const outer = getIndentation(new IndentContext(state, { simulateBreak: from }), from);
  if (inner === null || outer === null || inner <= outer) return false;
  const start = line.from + before.trimEnd().length;
  const opened = `\n${indentString(state, inner)}`;
  const insert = Text.of(`${opened}\n${indentString(state, outer)}`.split("\n"));
  const to = line.to - after.trimStart().length;
  const selection = { anchor: start + opened.length };
  dispatch(
    state.update({
      changes: { from: start, to, insert },
      selection,
      scrollIntoView: true,
      userEvent: "input",
    }),
  );
  return true;
};

/** The indentation of the line that Enter begins, where its grammar alone does not tell; else undefined. */
function indentOfNewLine(context: IndentContext, position: number): number | undefined {
  if (context.simulatedBreak === null || /\S/.test(context.textAfterPos(position))) return undefined;
  const { state } = context;
  const line = state.doc.lineAt(position);
  const end = line.from + line.text.slice(0, position - line.from).trimEnd().length;
  if (end === position && /[^\\]\\$/.test(state.sliceDoc(line.from, end))) {
    return context.lineIndent(position, -1) + (isContinued(state, line.number) ? 0 : context.unit);
  }
  const ended = statementAt(state, end);
  if (!ended || !LAST_IN_BLOCK.test(ended.name) || ended.to !== end || isOpen(ended)) return undefined;
  const first = state.doc.lineAt(ended.from);
  if (state.sliceDoc(first.from, ended.from).trim() !== "") return undefined; // `if x: return`
  return Math.max(context.lineIndent(ended.from) - context.unit, 0);
}

/** Whether the line is itself the rest of one that ends with a backslash. */
function isContinued(state: EditorState, number: number): boolean {
  return number > 1 && /\\$/.test(state.doc.line(number - 1).text);
}

function statementAt(state: EditorState, position: number): SyntaxNode | null {
  let node: SyntaxNode | null = syntaxTree(state).resolveInner(position, -1);
  while (node && !node.type.is("Statement")) node = node.parent;
  return node;
}

/** Whether something is missing at the end of *node*, such as a bracket. */
function isOpen(node: SyntaxNode): boolean {
  for (let last: SyntaxNode | null = node; last; last = last.lastChild) if (last.type.isError) return true;
  return false;
}
