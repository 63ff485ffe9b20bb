/**
 * View state of output items: whether a reader folded one, or opened more of it. The editor takes what scrolls out of sight out of the
 * document and asks for it again later, so this is kept beside the item itself, for as long as the item lives.
 */
import type { OutputItem } from "../../backend/types";

export interface Remembered {
  folded?: boolean;
  asText?: boolean;
  /** Whether a reader asked to see what was withheld. */
  isAsked?: boolean;
  /** How many lines the reader asked to see above the fold of a long text. */
  shownLines?: number;
  /** Whether all lines are shown, in a frame that scrolls. */
  scrolls?: boolean;
  wraps?: boolean;
  /** Whether it was seen to grow: then it folds early, so that nothing jumps. */
  grew?: boolean;
  /** The height in pixels that the content turned out to have. */
  height?: number;
  /** The item with the data that were left out of it at first. */
  whole?: OutputItem;
  /** Whether drawing it out of sight took too long: then it is drawn when it is in sight. */
  isSlow?: boolean;
}

const remembered = new WeakMap<OutputItem, Remembered>();

/** What is remembered of *item*; write to it to remember more. */
export function memoryOf(item: OutputItem): Remembered {
  const known = remembered.get(item);
  if (known) return known;
  const memory: Remembered = {};
  remembered.set(item, memory);
  return memory;
}

/** *next* is the next state of *item*: it is remembered as one and the same. */
export function carryMemory(item: OutputItem, next: OutputItem): void {
  const known = remembered.get(item);
  if (known) remembered.set(next, known);
}
