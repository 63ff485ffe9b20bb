import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";

/** What is being typed where completions could be asked for. */
export interface TypedPlace {
  /** Where the word at the cursor begins. */
  readonly from: number;
  /** What may be typed on without another list being needed. */
  readonly isPartOf: RegExp;
}

const WORD = /^[\p{L}\p{N}_]*$/u;
const IN_TEXT = /^[^"'\n]*$/;

/** After these a name is made up, not chosen. */
const NEW_NAME = /(?:\b(?:def|class|as|for)\s+|\blambda\s+)[\p{L}\p{N}_]*$/u;

/**
 * The place at *position* where completions help a person who is typing, or *isAsked* for them; null elsewhere: in
 * comments and prose, in numbers, where a new name is written. *triggers* are signs after which there is something to
 * complete although no word has begun.
 */
export function typedPlace(
  state: EditorState,
  position: number,
  isAsked: boolean,
  triggers: readonly string[],
): TypedPlace | null {
  const line = state.doc.lineAt(position);
  const before = line.text.slice(0, position - line.from);
  const text = textAround(state, position);
  if (text === "comment") return isAsked ? wordPlace(before, position) : null;
  if (text) return inText(state, text, position, isAsked);
  const word = /[\p{L}\p{N}_]*$/u.exec(before)?.[0] ?? "";
  if (isAsked) return wordPlace(before, position);
  if (NEW_NAME.test(before)) return null;
  if (word === "") {
    const sign = before.slice(-1);
    const isNumber = sign === "." && /(?:^|[^\p{L}\p{N}_])\d[\d_]*\.$/u.test(before);
    // A quotation mark in code has closed what it began.
    const isTrigger = triggers.includes(sign) && !/["']/.test(sign);
    return isTrigger && !isNumber ? { from: position, isPartOf: WORD } : null;
  }
  return /^\p{N}/u.test(word) ? null : wordPlace(before, position);
}

function wordPlace(before: string, position: number): TypedPlace {
  const word = /[\p{L}\p{N}_]*$/u.exec(before)?.[0] ?? "";
  return { from: position - word.length, isPartOf: WORD };
}

/** Within quotation marks: what is looked up by it, as a column is, or one of the texts that a call takes. */
function inText(state: EditorState, text: SyntaxNode, position: number, isAsked: boolean): TypedPlace | null {
  const begin = /^[a-z]{0,2}(?:"""|'''|["'])/i.exec(state.sliceDoc(text.from, text.from + 5))?.[0];
  if (!begin || /^[a-z]*(.)\1\1/i.test(begin)) return null;
  const from = text.from + begin.length;
  if (position < from) return null;
  const isLookedUp = /\[\s*$/.test(state.sliceDoc(Math.max(0, text.from - 20), text.from));
  return isAsked || isLookedUp || position === from ? { from, isPartOf: IN_TEXT } : null;
}

/** The text in quotation marks that *position* is in, or that it is in a comment; null in code. */
function textAround(state: EditorState, position: number): SyntaxNode | "comment" | null {
  const { from, text } = state.doc.lineAt(position);
  for (let node: SyntaxNode | null = syntaxTree(state).resolveInner(position, -1); node; node = node.parent) {
    if (node.name === "Comment") return "comment";
    if (node.name === "FormatReplacement") return null;
    const isOpen = node.to > position || !closes(state, node);
    if ((node.name === "String" || node.name === "FormatString") && position > node.from && isOpen)
      return node;
    if (node.name === "Script" || node.name === "Body") break;
  }
  // What the parser has not read yet may be told by its line alone.
  return syntaxTree(state).length < position && /#[^"']*$/.test(text.slice(0, position - from))
    ? "comment"
    : null;
}

/** Whether the text *node* ends with the quotation mark that it began with. */
function closes(state: EditorState, { from, to }: SyntaxNode): boolean {
  const [, quote = ""] = /^[a-z]*("""|'''|["'])/i.exec(state.sliceDoc(from, from + 5)) ?? [];
  return to - from >= 2 * quote.length && quote !== "" && state.sliceDoc(to - quote.length, to) === quote;
}
