/** What edits change in a text, as a preview shows it and as it is written. */
import type { Position, TextEdit } from "vscode-languageserver-types";

/** A piece of a line that changes: what stays, what is new, or what is taken away with nothing in its place. */
export interface ChangedPart {
  readonly text: string;
  readonly kind: "kept" | "new" | "gone";
}

/** A line that changes, in its pieces; what changes over several lines is one of them. */
export interface ChangedLine {
  /** From 1. */
  readonly line: number;
  readonly parts: readonly ChangedPart[];
}

/** The text, its lines with their breaks, as the servers and the editor count them. */
function linesOf(content: string): string[] {
  return content.match(/[^\r\n]*(?:\r\n?|\n)|[^\r\n]+$/g) ?? [];
}

/** Where a position is in *content*. */
export function offsetsIn(content: string): (position: Position) => number {
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

/** The lines of *content* that *edits* change, as they will be. */
export function changedLines(content: string, edits: readonly TextEdit[]): ChangedLine[] {
  const lines = linesOf(content).map((line) => line.replace(/[\r\n]+$/, ""));
  const offset = offsetsIn(content);
  const found: { line: number; parts: ChangedPart[]; next: Position }[] = [];
  const add = (parts: ChangedPart[], kind: ChangedPart["kind"], text: string) => {
    if (text !== "") parts.push({ text, kind });
  };
  /** What stays of the line of *from*, up to *to*. */
  const kept = ({ line, character }: Position, to?: number) => (lines[line] ?? "").slice(character, to);
  for (const { range, newText } of sorted(edits)) {
    const { start, end } = range;
    let last = found.at(-1);
    if (last?.next.line !== start.line) {
      if (last) add(last.parts, "kept", kept(last.next));
      last = { line: start.line + 1, parts: [], next: { line: start.line, character: 0 } };
      found.push(last);
    }
    add(last.parts, "kept", kept(last.next, start.character));
    if (newText === "") add(last.parts, "gone", content.slice(offset(start), offset(end)));
    else add(last.parts, "new", newText);
    last.next = end;
  }
  const last = found.at(-1);
  if (last) add(last.parts, "kept", kept(last.next));
  return found.map(({ line, parts }) => ({ line, parts }));
}
