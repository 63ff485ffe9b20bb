/** Whether two texts are the same statement, as the kernel judges it: by their syntax, however they are laid out. */
import { pythonLanguage } from "@codemirror/lang-python";
import type { SyntaxNode } from "@lezer/common";

/** So long a statement (characters) is compared by its letters alone, since that is done at each key. */
const MAX_LENGTH = 20_000;

/** Whether *one* and *other* say the same: white space, comments and what else a formatter changes do not count. */
export function isSameStatement(one: string, other: string): boolean {
  if (one === other) return true;
  if (Math.max(one.length, other.length) > MAX_LENGTH || letters(one) !== letters(other)) return false;
  const [tree, otherTree] = [pythonLanguage.parser.parse(one), pythonLanguage.parser.parse(other)];
  return isSame({ node: tree.topNode, text: one }, { node: otherTree.topNode, text: other });
}

/** What no formatter changes; most edits show in it already. */
function letters(text: string): string {
  return text.replace(/#.*$|[\s'"(),\\]/gm, "");
}

interface Part {
  readonly node: SyntaxNode;
  readonly text: string;
}

function isSame(one: Part, other: Part): boolean {
  if (one.node.name !== other.node.name || one.node.type.isError) return false;
  // Between the children of an f-string is text that is no node.
  if (one.node.name === "FormatString") return wordsOf(one) === wordsOf(other);
  if (one.node.name === "String") return withoutQuotes(wordsOf(one)) === withoutQuotes(wordsOf(other));
  const [ours, theirs] = [childrenOf(one), childrenOf(other)];
  if (ours.length !== theirs.length) return false;
  if (ours.length === 0) return wordsOf(one) === wordsOf(other);
  return ours.every((child, index) => isSame(child, theirs[index] as Part));
}

function wordsOf({ node, text }: Part): string {
  return text.slice(node.from, node.to);
}

/** A string without its quotation marks, where these are all that could be written otherwise. */
function withoutQuotes(literal: string): string {
  const found = /^(\w*)('''|"""|'|")([^'"\\]*)\2$/s.exec(literal);
  return found ? `${found[1]} ${found[3]}` : literal;
}

/** In these a comma behind the last element says nothing. */
const LISTS = new Set(["ArgList", "ParamList", "ArrayExpression", "DictionaryExpression", "SetExpression"]);

function childrenOf({ node, text }: Part): Part[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== "Comment") found.push(child);
  const last = found.length - 2;
  const isTuple = node.name === "TupleExpression" && found.length > 4;
  if ((isTuple || LISTS.has(node.name)) && found[last]?.name === ",") found.splice(last, 1);
  return found.map((child, index) => ({ node: mayStandAlone(node, index) ? bare(child) : child, text }));
}

/**
 * Whether parentheses around that child of *node* say nothing: `(a < b) < c` is no chain of comparisons, and `(a): int`
 * declares nothing.
 */
function mayStandAlone(node: SyntaxNode, index: number): boolean {
  return node.name !== "BinaryExpression" && !(node.name === "AssignStatement" && index === 0);
}

function bare(node: SyntaxNode): SyntaxNode {
  if (node.name !== "ParenthesizedExpression") return node;
  const inner: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== "Comment") inner.push(child);
  const [, only] = inner;
  return inner.length === 3 && only ? bare(only) : node;
}
