/**
 * Three-way merge by lines: two versions of one text, put together.
 *
 * After diff3 (Khanna, Kunal and Pierce, A Formal Investigation of Diff3, 2007), but lines that merely touch do not
 * conflict: only the same line changed in two ways does, and lines put in at the same place.
 */
import { differingLines, type LineChange } from "../editor/line-diff";

/** A part where both changed the same lines differently. */
export interface Overlap {
  readonly mine: readonly string[];
  readonly theirs: readonly string[];
  /** Where it begins in `Merged.lines`, from 0. */
  readonly at: number;
}

/** All that both changed; where they disagree it has the lines of mine, and `overlaps` says so. */
export interface Merged {
  readonly lines: readonly string[];
  readonly overlaps: readonly Overlap[];
}

/** Merge the changes from *base* to *mine* with those from *base* to *theirs*. */
export function merge3(base: readonly string[], mine: readonly string[], theirs: readonly string[]): Merged {
  const lines: string[] = [];
  const overlaps: Overlap[] = [];
  let at = 0;
  for (const region of regions(lineByLine(base, mine), lineByLine(base, theirs))) {
    lines.push(...base.slice(at, region.from));
    at = region.to;
    const ours = within(base, mine, region, region.mine);
    const others = within(base, theirs, region, region.theirs);
    if (region.theirs.length === 0 || same(ours, others)) lines.push(...ours);
    else if (region.mine.length === 0) lines.push(...others);
    else {
      overlaps.push({ mine: ours, theirs: others, at: lines.length });
      lines.push(...ours);
    }
  }
  lines.push(...base.slice(at));
  return { lines, overlaps };
}

/** Where neighbouring lines were edited, none added or taken away, each is a change of its own. */
function lineByLine(base: readonly string[], side: readonly string[]): LineChange[] {
  return differingLines(base, side).flatMap((change) => {
    const { fromA, toA, fromB, toB } = change;
    if (toA - fromA !== toB - fromB) return [change];
    return Array.from({ length: toA - fromA }, (_, index) => ({
      fromA: fromA + index,
      toA: fromA + index + 1,
      fromB: fromB + index,
      toB: fromB + index + 1,
    }));
  });
}

/** Lines *from* to *to* of the base (from 0, end excluded) and the changes within, of either side. */
interface Region {
  readonly from: number;
  to: number;
  readonly mine: LineChange[];
  readonly theirs: LineChange[];
}

/** Changes that collide, directly or through others, share a region. */
function regions(mine: readonly LineChange[], theirs: readonly LineChange[]): Region[] {
  const found: Region[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [one, other] = [mine[i], theirs[j]];
    const next = one && (!other || first(one, other)) ? one : other;
    if (!next) return found;
    const isMine = next === one;
    if (isMine) i += 1;
    else j += 1;
    const last = found.at(-1);
    const against = isMine ? last?.theirs : last?.mine;
    const joins = last && (collides(last, next) || against?.some((before) => meets(before, next)));
    const region = joins ? last : { from: next.fromA, to: next.toA, mine: [], theirs: [] };
    region.to = Math.max(region.to, next.toA);
    (isMine ? region.mine : region.theirs).push(next);
    if (!joins) found.push(region);
  }
}

function first(one: LineChange, other: LineChange): boolean {
  return one.fromA < other.fromA || (one.fromA === other.fromA && one.toA <= other.toA);
}

function collides(region: Region, { fromA }: LineChange): boolean {
  return fromA < region.to;
}

/** Lines put in at the edge of lines that the other changed could go before or after: that is for people to say. */
function meets(before: LineChange, next: LineChange): boolean {
  if (next.fromA < before.toA) return true;
  return next.fromA === before.toA && (isInsertion(before) || isInsertion(next));
}

function isInsertion({ fromA, toA }: LineChange): boolean {
  return fromA === toA;
}

/** The lines of *region* as one side has them. */
function within(
  base: readonly string[],
  side: readonly string[],
  region: Region,
  changes: readonly LineChange[],
): string[] {
  const lines: string[] = [];
  let at = region.from;
  for (const { fromA, toA, fromB, toB } of changes) {
    lines.push(...base.slice(at, fromA), ...side.slice(fromB, toB));
    at = toA;
  }
  lines.push(...base.slice(at, region.to));
  return lines;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}
