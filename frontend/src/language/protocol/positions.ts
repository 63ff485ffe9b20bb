/** Places as LSP has them (lines and UTF-16 characters from 0) and as the editor has them. */
import type { Text } from "@codemirror/state";
import type { Position, Range } from "vscode-languageserver-types";

export function offsetAt(doc: Text, { line, character }: Position): number {
  if (line >= doc.lines) return doc.length;
  const { from, length } = doc.line(Math.max(0, line) + 1);
  return from + Math.min(Math.max(0, character), length);
}

export function positionAt(doc: Text, offset: number): Position {
  const { number, from } = doc.lineAt(offset);
  return { line: number - 1, character: offset - from };
}

export function rangeIn(doc: Text, { start, end }: Range): { from: number; to: number } {
  const from = offsetAt(doc, start);
  return { from, to: Math.max(from, offsetAt(doc, end)) };
}

export function rangeOf(doc: Text, from: number, to: number): Range {
  return { start: positionAt(doc, from), end: positionAt(doc, to) };
}
