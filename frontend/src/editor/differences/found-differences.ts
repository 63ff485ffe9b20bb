import { StateEffect } from "@codemirror/state";
import type { OutputItem } from "../../backend/types";

/** A statement that shows something else in a fresh process. */
export interface Difference {
  /** Where its last line ends. */
  readonly at: number;
  readonly runId: string;
  readonly shown: readonly OutputItem[];
  /** Null where the fresh process did not come to it. */
  readonly fresh: readonly OutputItem[] | null;
}

/** Show these, and no others. */
export const setDifferences = StateEffect.define<readonly Difference[]>({
  map: (found, changes) => found.map((one) => ({ ...one, at: changes.mapPos(one.at, 1) })),
});
