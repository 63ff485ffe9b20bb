/** Which brackets and quotation marks are closed as they are typed: others in texts and comments than in code. */
import { syntaxTree } from "@codemirror/language";
import { EditorState, type Extension, Prec } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";

/** What `closeBrackets` is told by the language. */
interface Closed {
  readonly brackets: readonly string[];
  readonly before?: string;
  readonly stringPrefixes: readonly string[];
}

const BRACKETS = ["(", "[", "{"];
const QUOTES = ["'", '"', "'''", '"""'];
/** A bracket is closed before these, and before blanks. */
const BEFORE = ")]}:;,>";

const PREFIXES = ["r", "u", "b", "f", "t", "br", "rb", "fr", "rf", "tr", "rt"].flatMap((prefix) =>
  [...prefix].reduce<string[]>(
    (made, letter) => made.flatMap((one) => [one + letter, one + letter.toUpperCase()]),
    [""],
  ),
);

const IN_CODE: Closed = { brackets: [...BRACKETS, ...QUOTES], before: BEFORE, stringPrefixes: PREFIXES };
const IN_COMMENT: Closed = { brackets: BRACKETS, before: BEFORE, stringPrefixes: PREFIXES };

/** The extension: it comes before what the language itself says. */
export function closing(): Extension {
  return Prec.high(
    EditorState.languageData.of((state, position) => [{ closeBrackets: closedAt(state, position) }]),
  );
}

export function closedAt(state: EditorState, position: number): Closed {
  const before = syntaxTree(state).resolveInner(position, -1);
  if (before.name === "Comment") return IN_COMMENT;
  const text = textAt(state, before, position);
  const begin = text && /^[a-z]{0,2}("""|'''|"|')/i.exec(state.sliceDoc(text.from, text.from + 5));
  if (!text || !begin?.[1] || isBehind(state, text, begin[0].length, begin[1], position)) return IN_CODE;
  // The other mark is an apostrophe there. Its own ends the text, and one passes over that which is there.
  const quote = begin[1][0] ?? "";
  const prefix = state.sliceDoc(Math.max(text.from - 3, 0), text.from); // the grammar has no templates yet
  const isFormatted = text.name === "FormatString" || /(?:^|\W)(?:t|tr|rt)$/i.test(prefix);
  return {
    brackets: [...BRACKETS, quote, quote.repeat(3)],
    before: isFormatted ? BEFORE + quote : BEFORE,
    stringPrefixes: PREFIXES,
  };
}

/** The text that a position is in, rather than in the code within its braces. */
function textAt(state: EditorState, node: SyntaxNode, position: number): SyntaxNode | null {
  for (let one: SyntaxNode | null = node; one; one = one.parent) {
    if (one.name === "String" || one.name === "FormatString") return one.from < position ? one : null;
    if (one.name === "FormatReplacement" && position > one.from) {
      if (position < one.to || state.sliceDoc(one.to - 1, one.to) !== "}") return null;
    }
    if (one.type.is("Statement")) return null;
  }
  return null;
}

/** Whether *position* is behind the *quote* that ends the text. */
function isBehind(
  state: EditorState,
  text: SyntaxNode,
  start: number,
  quote: string,
  position: number,
): boolean {
  const isEnded =
    text.to - text.from >= start + quote.length && state.sliceDoc(text.to - quote.length, text.to) === quote;
  return position < text.from + start || (isEnded && position >= text.to);
}
