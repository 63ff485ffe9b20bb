/** What a rename changes in a file, as a preview shows it and as it is written. */
import type { Position, TextEdit } from "vscode-languageserver-types";

/** A line that changes, cut where it does: `before` and `after` are the same line. */
export interface ChangedLine {
  /** From 1. */
  readonly line: number;
  readonly parts: readonly { readonly text: string; readonly isNew: boolean }[];
}

/** The text, its lines with their breaks, as the servers and the editor count them. */
function linesOf(content: string): string[] {
  return content.match(/[^\r\n]*(?:\r\n?|\n)|[^\r\n]+$/g) ?? [];
}

function offsetsIn(content: string): (position: Position) => number {
  const starts = [0];
  for (const line of linesOf(content)) starts.push((starts.at(-1) as number) + line.length);
  return ({ line, character }) => Math.min((starts[line] ?? content.length) + character, content.length);
}

function sorted(edits: readonly TextEdit[]): TextEdit[] {
  return [...edits].sort(
    ({ range: { start: one } }, { range: { start: other } }) =>
      one.line - other.line || one.character - other.character,
  );
}

/** *content* after *edits*; its line breaks stay what they are. */
export function edited(content: string, edits: readonly TextEdit[]): string {
  const offset = offsetsIn(content);
  let made = "";
  let at = 0;
  for (const { range, newText } of sorted(edits)) {
    made += content.slice(at, offset(range.start)) + newText;
    at = offset(range.end);
  }
  return made + content.slice(at);
}

/** Whether each of *edits* takes the place of *name*: a text that is another one than the servers know would be spoilt. */
export function replacesOnly(content: string, edits: readonly TextEdit[], name: string): boolean {
  const offset = offsetsIn(content);
  return edits.every(({ range }) => content.slice(offset(range.start), offset(range.end)) === name);
}

/** The lines of *content* that *edits* change, as they will be. */
export function changedLines(content: string, edits: readonly TextEdit[]): ChangedLine[] {
  const lines = linesOf(content).map((line) => line.replace(/[\r\n]+$/, ""));
  const byLine = new Map<number, TextEdit[]>();
  for (const edit of sorted(edits)) {
    const { line } = edit.range.start;
    byLine.set(line, [...(byLine.get(line) ?? []), edit]);
  }
  return [...byLine].map(([line, own]) => {
    const text = lines[line] ?? "";
    const parts: { text: string; isNew: boolean }[] = [];
    let at = 0;
    for (const { range, newText } of own) {
      parts.push({ text: text.slice(at, range.start.character), isNew: false });
      parts.push({ text: newText, isNew: true });
      at = range.end.line === line ? range.end.character : text.length;
    }
    parts.push({ text: text.slice(at), isNew: false });
    return { line: line + 1, parts: parts.filter((part) => part.text !== "") };
  });
}

const KEYWORDS = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from " +
    "global if import in is lambda nonlocal not or pass raise return try while with yield"
  ).split(" "),
);

/** Why *name* can be no name in Python; null when it can. */
export function nameProblem(name: string): string | null {
  if (name === "") return "A name is needed.";
  if (KEYWORDS.has(name)) return `${name} is a keyword.`;
  // Python's own rule (PEP 3131), before it normalises the name.
  if (!/^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(name)) return `${name} is no name that Python allows.`;
  return null;
}
