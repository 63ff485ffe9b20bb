/** Fuzzy matching: finding files by fragments of their names. */

/** How well a path fits, and which of its characters the query names. */
export interface Fit {
  readonly score: number;
  readonly marks: readonly number[];
}

/**
 * How *path* fits *query*; null when it does not. Each word of the query must be in the path, letter after letter;
 * letters that begin a part of the name, that follow each other, or that are in the file's own name count more.
 */
export function fitOf(query: string, path: string): Fit | null {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const marks = new Set<number>();
  let score = 0;
  for (const word of words) {
    const own = path.lastIndexOf("/") + 1;
    // Rather within the file's name; else anywhere.
    const found = fitWord(word, path, own) ?? fitWord(word, path, 0);
    if (!found) return null;
    score += found.score;
    for (const mark of found.marks) marks.add(mark);
  }
  return { score: score - path.length / 1000, marks: [...marks].sort((a, b) => a - b) };
}

function fitWord(word: string, path: string, start: number): Fit | null {
  const lowered = path.toLowerCase();
  const whole = lowered.indexOf(word, start);
  if (whole >= 0) {
    const marks = Array.from(word, (_, index) => whole + index);
    return { score: word.length * 3 + (begins(path, whole) ? 4 : 0) + (start > 0 ? 2 : 0), marks };
  }
  const marks: number[] = [];
  let score = start > 0 ? 2 : 0;
  let at = start;
  for (const letter of word) {
    at = lowered.indexOf(letter, at);
    if (at < 0) return null;
    score += begins(path, at) ? 2 : marks.at(-1) === at - 1 ? 1.5 : 0.5;
    marks.push(at);
    at += 1;
  }
  return { score, marks };
}

/** Whether a part of the name begins at *at*. */
function begins(path: string, at: number): boolean {
  const [before, letter] = [path[at - 1], path[at] ?? ""];
  if (before === undefined || /[/._\- ]/.test(before)) return true;
  return /[a-z]/.test(before) && /[A-Z]/.test(letter);
}

/** A file that may be meant. */
export interface Candidate {
  readonly path: string;
  readonly marks: readonly number[];
  readonly recent: boolean;
}

/** Files to offer for *query*: recent ones first, the best or latest first, then those that the server found, in its order. */
export function offered(
  query: string,
  recent: readonly string[],
  found: readonly string[],
  most: number,
): Candidate[] {
  const fits = recent
    .map((path) => ({ path, found: fitOf(query, path) }))
    .filter((one): one is { path: string; found: Fit } => one.found !== null);
  // Sorting is stable: without letters all fit alike and the latest stays first.
  if (query.trim()) fits.sort((a, b) => b.found.score - a.found.score);
  const first = fits.map(({ path, found: { marks } }) => ({ path, marks, recent: true }));
  const known = new Set(first.map(({ path }) => path));
  const rest = found
    .filter((path) => !known.has(path))
    .map((path) => ({ path, marks: fitOf(query, path)?.marks ?? [], recent: false }));
  return [...first, ...rest].slice(0, most);
}
