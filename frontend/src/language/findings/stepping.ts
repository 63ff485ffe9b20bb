/** Stepping from problem to problem. */

/** A place to step to. */
export interface Stop {
  readonly from: number;
}

/**
 * The stop after *head*, or with *step* -1 the one before it; past the end it goes on from the other end. Null where
 * there is none at all.
 */
export function nextStop<S extends Stop>(stops: readonly S[], head: number, step: 1 | -1): S | null {
  const sorted = [...stops].sort((one, other) => one.from - other.from);
  if (step === 1) return sorted.find(({ from }) => from > head) ?? sorted[0] ?? null;
  return sorted.findLast(({ from }) => from < head) ?? sorted.at(-1) ?? null;
}
