import { ChangeSet, type ChangeSpec, Text } from "@codemirror/state";

/** Lines *fromA* to *toA* of the old text became lines *fromB* to *toB* of the new one; from 0, ends excluded. */
export interface LineChange {
  fromA: number;
  toA: number;
  fromB: number;
  toB: number;
}

/** Past this many differing lines a finer answer is not worth the page's time: all between is one change. */
const MOST_DIFFERENCES = 600;

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
  for (let edits = 0; edits <= Math.min(a.length + b.length, MOST_DIFFERENCES); edits += 1) {
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

/** The change that turns *before* into *after*, line by line, so that what stands on unchanged lines stays there. */
export function changesBetween(before: Text, after: Text): ChangeSet {
  const specs: ChangeSpec[] = differingLines([...before.iterLines()], [...after.iterLines()]).map((change) =>
    replacement(before, after, change),
  );
  return ChangeSet.of(specs, before.length);
}

function replacement(before: Text, after: Text, { fromA, toA, fromB, toB }: LineChange): ChangeSpec {
  const inserted = after.sliceString(startOf(after, fromB), endOf(after, toB));
  if (fromA < toA && fromB < toB)
    return { from: startOf(before, fromA), to: endOf(before, toA), insert: Text.of(inserted.split("\n")) };
  if (fromA === toA) {
    // Lines come in whole, with the line break that parts them from the next line, or, at the end, from the last.
    return fromA < before.lines
      ? { from: startOf(before, fromA), insert: Text.of([...inserted.split("\n"), ""]) }
      : { from: before.length, insert: Text.of(["", ...inserted.split("\n")]) };
  }
  return toA < before.lines
    ? { from: startOf(before, fromA), to: startOf(before, toA) }
    : { from: Math.max(0, startOf(before, fromA) - 1), to: before.length };
}

function startOf(text: Text, line: number): number {
  return line < text.lines ? text.line(line + 1).from : text.length;
}

function endOf(text: Text, line: number): number {
  return line === 0 ? 0 : text.line(line).to;
}
