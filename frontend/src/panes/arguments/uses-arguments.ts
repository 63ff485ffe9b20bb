/** Whether a script reads its command line, and what it says when that is not as it wants it. */
import type { Text } from "@codemirror/state";
import type { OutputItem } from "../../backend/types";

const LIBRARY = "(?:argparse|optparse|getopt|click|typer|docopt|fire|tyro|cyclopts)";
const MODULE = String.raw`[\w.]+(?:\s+as\s+\w+)?`;
/** A line that imports what reads `sys.argv`, or reads it itself; not a comment. */
const READS = new RegExp(
  [
    String.raw`^(?:[^#'"]*;)?\s*import\s+(?:${MODULE}\s*,\s*)*${LIBRARY}\b`,
    String.raw`^(?:[^#'"]*;)?\s*from\s+${LIBRARY}\b[\w.]*\s+import\b`,
    String.raw`^(?:[^#'"]*;)?\s*from\s+sys\s+import\b[^#;]*\bargv\b`,
    String.raw`^[^#]*\bsys\s*\.\s*argv\b`,
  ].join("|"),
);

/** Only a line with one of these words can: telling that is quick, and it is told of every line after each key. */
const NAMED = /argv|import/;

/** So many lines are looked at, after each change of the text. */
const MAX_LINES = 20_000;

/** Whether the script in *doc* reads its command line, as far as a look at its lines tells. */
export function usesArguments(doc: Text): boolean {
  for (const line of doc.iterLines(1, Math.min(doc.lines, MAX_LINES) + 1))
    if (NAMED.test(line) && READS.test(line)) return true;
  return false;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what colours a terminal's text
const COLOURS = /\x1b\[[\d;]*m/g;
/** A complaint stands at the end of what was written. */
const MAX_TEXT = 20_000;
/** So many characters of it are enough for a notice. */
const MAX_WORDS = 200;

/** What a run that exited with *code* has written because its arguments are not as it wants them; null otherwise. */
export function complaintOf(code: number | null, output: readonly OutputItem[]): string | null {
  if (!code) return null;
  const told = output.filter(({ type }) => type === "stderr" || type === "error").map(({ text }) => text);
  const text = told.join("").slice(-MAX_TEXT).replace(COLOURS, "");
  // `usage:` of argparse and docopt, `Usage:` of click and of what people write themselves.
  if (!/^[ \t]*usage:/im.test(text) && !text.includes("the following arguments are required")) return null;
  const words =
    /(?:^|[:\s])error: ?(.+)/i.exec(text)?.[1] ?? /^[│| \t]*(Missing .+?)[│| \t]*$/m.exec(text)?.[1];
  return words?.trim().slice(0, MAX_WORDS) ?? "";
}
