/** Comma-separated values, as RFC 4180 has them and as spreadsheets write them. */

/** The rows of *text*; quoted entries may have delimiters, quotes (doubled) and line breaks in them. */
export function rowsOf(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length) {
    const [entry, after] = text[at] === '"' ? quoted(text, at) : ["", at];
    let end = after;
    while (end < text.length && text[end] !== delimiter && text[end] !== "\n" && text[end] !== "\r") end += 1;
    row.push(entry + text.slice(after, end));
    at = end + 1;
    if (text[end] === delimiter) {
      if (at === text.length) row.push("");
      continue;
    }
    if (text[end] === "\r" && text[at] === "\n") at += 1;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows;
}

/** The quoted entry that begins at *start*, and where it ends. */
function quoted(text: string, start: number): [string, number] {
  let entry = "";
  let at = start + 1;
  for (;;) {
    const end = text.indexOf('"', at);
    if (end < 0) return [entry + text.slice(at), text.length];
    entry += text.slice(at, end);
    if (text[end + 1] !== '"') return [entry, end + 1];
    entry += '"';
    at = end + 2;
  }
}

/** What parts the entries of *text*: tabs in a `.tsv`, else what its first line has most of. */
export function delimiterOf(path: string, text: string): string {
  if (/\.tsv$/i.test(path)) return "\t";
  const line = /^[^\r\n]*/.exec(text)?.[0] ?? "";
  const counts = [",", ";", "\t", "|"].map((one) => [one, line.split(one).length] as const);
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}
