import { ChangeSet, type ChangeSpec, Text } from "@codemirror/state";

/** Lines *fromA* to *toA* of the old text became lines *fromB* to *toB* of the new one; from 0, ends excluded. */
export interface LineChange {
  fromA: number;
  toA: number;
  fromB: number;
  toB: number;
}

/** Past this many differing lines a finer answer is not worth the page's time: all between is one change. */
const MAX_DIFFERENCES = 600;

/**
 * The differing lines of *a* and *b*, as few as possible (Myers, An O(ND) Difference Algorithm, 1986).
 */
export function differingLines(a: readonly string[], b: readonly string[]): LineChange[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const [n, m] = [a.length - head - tail, b.length - head - tail];
  if (n === 0 && m === 0) return [];
  const whole = [{ fromA: head, toA: head + n, fromB: head, toB: head + m }];
  if (n === 0 || m === 0) return whole;
  const trace = furthestPaths(a.slice(head, head + n), b.slice(head, head + m));
  return trace ? changesAlong(trace, n, m, head) : whole;
}

/** For each number of edits, how far along *a* one gets on each diagonal; null when there are too many edits. */
function furthestPaths(a: readonly string[], b: readonly string[]): Map<number, number>[] | null {
  const trace: Map<number, number>[] = [];
  let furthest = new Map([[1, 0]]);
  for (let edits = 0; edits <= Math.min(a.length + b.length, MAX_DIFFERENCES); edits += 1) {
    const next = new Map(furthest);
    trace.push(furthest);
    for (let k = -edits; k <= edits; k += 2) {
      let x = goesDown(furthest, k, edits) ? reach(furthest, k + 1) : reach(furthest, k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return trace;
    }
    furthest = next;
  }
  return null;
}

function reach(furthest: Map<number, number>, diagonal: number): number {
  return furthest.get(diagonal) ?? -1;
}

function goesDown(furthest: Map<number, number>, k: number, edits: number): boolean {
  return k === -edits || (k !== edits && reach(furthest, k - 1) < reach(furthest, k + 1));
}

/** Walk the paths back from the end and gather neighbouring edits into changes. */
function changesAlong(trace: Map<number, number>[], n: number, m: number, offset: number): LineChange[] {
  const changes: LineChange[] = [];
  let [x, y] = [n, m];
  for (let edits = trace.length - 1; edits > 0; edits -= 1) {
    const furthest = trace[edits] as Map<number, number>;
    const k = x - y;
    const previous = goesDown(furthest, k, edits) ? k + 1 : k - 1;
    const fromX = reach(furthest, previous);
    const fromY = fromX - previous;
    // One edit from (fromX, fromY): a line deleted when it goes right, inserted when it goes down.
    const [toX, toY] = previous === k + 1 ? [fromX, fromY + 1] : [fromX + 1, fromY];
    const last = changes.at(-1);
    if (last && last.fromA === toX + offset && last.fromB === toY + offset) {
      last.fromA = fromX + offset;
      last.fromB = fromY + offset;
    } else {
      changes.push({ fromA: fromX + offset, toA: toX + offset, fromB: fromY + offset, toB: toY + offset });
    }
    [x, y] = [fromX, fromY];
  }
  return changes.reverse();
}

/** Comparing more pairs of lines than this would take too long for what it gives. */
const MAX_PAIRS = 40_000;
/** Lines that have at least this share of their text in common, at both ends, are the same line edited. */
const MIN_LIKENESS = 0.4;

/**
 * Which line of *b* became of which line of *a*, where neither is in the other text as it is: `[[from a, in b], …]`.
 *
 * Pairs are chosen in order and for the largest likeness in sum, as in the alignment of sequences by Needleman and
 * Wunsch (1970).
 */
export function editedLines(a: readonly string[], b: readonly string[]): [number, number][] {
  if (a.length * b.length > MAX_PAIRS) return [];
  const best = Array.from({ length: a.length + 1 }, () => new Float64Array(b.length + 1));
  const at = (i: number, j: number) => (best[i] as Float64Array)[j] as number;
  const likeness = a.map((one) => b.map((other) => alike(one, other)));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const pair = (likeness[i] as number[])[j] as number;
      const paired = pair >= MIN_LIKENESS ? pair + at(i + 1, j + 1) : 0;
      (best[i] as Float64Array)[j] = Math.max(paired, at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (at(i, j) === at(i + 1, j)) i += 1;
    else if (at(i, j) === at(i, j + 1)) j += 1;
    else {
      pairs.push([i, j]);
      i += 1;
      j += 1;
    }
  }
  return pairs;
}

/** How much of two lines is the same, from both ends: from 0, nothing, to 1, all. */
function alike(a: string, b: string): number {
  if (a.trim() === "" || b.trim() === "") return 0;
  const [head, tail] = sharedEnds(a, b);
  return (head + tail) / Math.max(a.length, b.length);
}

/** The number of characters that two lines share at their beginning and, beyond that, at their end. */
function sharedEnds(a: string, b: string): [number, number] {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  return [head, tail];
}

/** The change that turns *before* into *after*, so that what stands on unchanged or edited lines stays with them. */
export function changesBetween(before: Text, after: Text): ChangeSet {
  const [a, b] = [[...before.iterLines()], [...after.iterLines()]];
  const specs: ChangeSpec[] = [];
  for (const { fromA, toA, fromB, toB } of differingLines(a, b)) {
    let [nextA, nextB] = [fromA, fromB];
    for (const [i, j] of editedLines(a.slice(fromA, toA), b.slice(fromB, toB))) {
      const [lineA, lineB] = [fromA + i, fromB + j];
      specs.push(...replacement(before, after, { fromA: nextA, toA: lineA, fromB: nextB, toB: lineB }));
      specs.push(edit(before, lineA, a[lineA] as string, b[lineB] as string));
      [nextA, nextB] = [lineA + 1, lineB + 1];
    }
    specs.push(...replacement(before, after, { fromA: nextA, toA, fromB: nextB, toB }));
  }
  return ChangeSet.of(specs, before.length);
}

/** Only what differs within a line, so that its ends stay where they are. */
function edit(before: Text, line: number, a: string, b: string): ChangeSpec {
  const [head, tail] = sharedEnds(a, b);
  const start = startOf(before, line);
  return { from: start + head, to: start + a.length - tail, insert: b.slice(head, b.length - tail) };
}

function replacement(before: Text, after: Text, { fromA, toA, fromB, toB }: LineChange): ChangeSpec[] {
  const inserted = after.sliceString(startOf(after, fromB), endOf(after, toB));
  if (fromA === toA && fromB === toB) return [];
  if (fromA < toA && fromB < toB)
    return [{ from: startOf(before, fromA), to: endOf(before, toA), insert: Text.of(inserted.split("\n")) }];
  if (fromA === toA) {
    // Lines come in whole, with the line break that parts them from the next line, or, at the end, from the last.
    return fromA < before.lines
      ? [{ from: startOf(before, fromA), insert: Text.of([...inserted.split("\n"), ""]) }]
      : [{ from: before.length, insert: Text.of(["", ...inserted.split("\n")]) }];
  }
  return toA < before.lines
    ? [{ from: startOf(before, fromA), to: startOf(before, toA) }]
    : [{ from: Math.max(0, startOf(before, fromA) - 1), to: before.length }];
}

function startOf(text: Text, line: number): number {
  return line < text.lines ? text.line(line + 1).from : text.length;
}

function endOf(text: Text, line: number): number {
  return line === 0 ? 0 : text.line(line).to;
}
