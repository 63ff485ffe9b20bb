/** The indentation of a script is its own: Enter and Tab go on with it, and what is pasted takes it on. */
import { indentUnit, syntaxTree } from "@codemirror/language";
import { type EditorState, type Extension, StateField, type Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/** Of a script that has no block yet. */
const USUAL = "    ";
/** So many lines from its beginning tell how a script is indented; it is asked after every change. */
const MAX_LINES = 2000;

const unitField = StateField.define<string>({
  create: ({ doc }) => unitOf(linesOf(doc)) ?? USUAL,
  update: (unit, { docChanged, newDoc }) => (docChanged ? (unitOf(linesOf(newDoc)) ?? unit) : unit),
  provide: (field) => indentUnit.from(field),
});

/** Indents as the text around does. */
export function indentation(): Extension {
  return [unitField, EditorView.clipboardInputFilter.of((text, state) => reindented(text, state))];
}

/** By what most blocks of *lines* are indented; null when there is none. */
export function unitOf(lines: Iterable<string>): string | null {
  const votes = new Map<string, number>();
  let header: string | null = null;
  for (const line of lines) {
    if (line.trim() === "") continue;
    const own = marginOf(line);
    const step = header !== null && own.startsWith(header) ? own.slice(header.length) : "";
    const unit = step.includes("\t") ? "\t" : step;
    if (unit !== "") votes.set(unit, (votes.get(unit) ?? 0) + 1);
    header = opensBlock(line) ? own : null;
  }
  return [...votes].reduce<[string | null, number]>(
    (most, one) => (one[1] > most[1] ? one : most),
    [null, 0],
  )[0];
}

/** *text* as it is to be pasted at the selection of *state*; within a string it is data, and stays. */
function reindented(text: string, state: EditorState): string {
  const { from } = state.selection.main;
  const line = state.doc.lineAt(from);
  const before = line.text.slice(0, from - line.from);
  const within = syntaxTree(state).resolveInner(from, -1).name;
  if (/String|Comment/.test(within)) return text;
  return pasted(text, before, state.facet(indentUnit));
}

/**
 * *text* in the indentation *unit* of the script. Where only blanks precede the cursor (*before*), the lines keep their
 * places relative to the first one.
 */
export function pasted(text: string, before: string, unit: string): string {
  const lines = text.split(/\r\n?|\n/);
  const [first = "", ...rest] = lines;
  const theirs = unitOfCopied(first, rest) ?? (unit === "\t" ? USUAL : unit);
  if (theirs === unit && (rest.length === 0 || before.trim() !== "")) return text;
  const depth = (line: string) => columns(marginOf(line), theirs);
  const made = (line: string, shift: number) => {
    if (line.trim() === "") return line.trim() === line ? line : "";
    return margin(Math.max(depth(line) + shift, 0), theirs, unit) + line.trimStart();
  };
  if (before.trim() !== "") return [first, ...rest.map((line) => made(line, 0))].join("\n");
  // Whole lines at the beginning of a line stay where they are.
  if (before === "" && marginOf(first) !== "") return lines.map((line) => made(line, 0)).join("\n");
  const base = columns(before, unit) * (width(theirs) / width(unit));
  const shift = base - placeOfFirst(first, rest, theirs);
  return [first.trimStart(), ...rest.map((line) => made(line, shift))].join("\n");
}

/** By what copied lines are indented, of which the first may have lost its blanks; null when they do not tell. */
function unitOfCopied(first: string, rest: readonly string[]): string | null {
  const margins = rest.filter((line) => line.trim() !== "").map(marginOf);
  if ([marginOf(first), ...margins].some((own) => own.includes("\t"))) return "\t";
  const least = margins.reduce((one, other) => (other.length < one.length ? other : one), margins[0] ?? "");
  return (
    unitOf(rest) ??
    (opensBlock(first) && least !== marginOf(first) ? least.slice(marginOf(first).length) || null : null)
  );
}

/** The column at which the first line stood where it was copied; its blanks may not have been copied with it. */
function placeOfFirst(first: string, rest: readonly string[], unit: string): number {
  const own = columns(marginOf(first), unit);
  const depths = rest.filter((line) => line.trim() !== "").map((line) => columns(marginOf(line), unit));
  const next = depths[0];
  if (own > 0 || next === undefined) return own;
  return Math.max(Math.min(next - (opensBlock(first) ? width(unit) : 0), ...depths), 0);
}

function* linesOf(doc: Text): Generator<string> {
  let count = 0;
  for (const line of doc.iterLines()) {
    if (++count > MAX_LINES) return;
    yield line;
  }
}

/** Whether a block follows *line*. */
function opensBlock(line: string): boolean {
  return /:\s*(#.*)?$/.test(line);
}

function marginOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

function width(unit: string): number {
  return unit === "\t" ? USUAL.length : unit.length;
}

/** How wide a margin is, where a tab is as wide as *unit*. */
function columns(text: string, unit: string): number {
  let count = 0;
  for (const character of text) count += character === "\t" ? width(unit) : 1;
  return count;
}

/** A margin of so many columns in steps of *theirs*, as steps of *unit*; what is left over, to align, is spaces. */
function margin(count: number, theirs: string, unit: string): string {
  const steps = Math.floor(count / width(theirs));
  return unit.repeat(steps) + " ".repeat(count - steps * width(theirs));
}
