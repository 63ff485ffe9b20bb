/**
 * Figures among the output: one is announced when its statement ends, and drawn a moment later. What a later display has
 * taken over is a step: it shows by a mark alone.
 */
import type { OutputItem } from "../backend/types";

interface FigureNote {
  readonly pending?: boolean;
  readonly step?: boolean;
}

function noteOf({ metadata }: OutputItem): FigureNote | undefined {
  return metadata?.figure as FigureNote | undefined;
}

/** What of *output* has a place on the page. */
export function visible(output: readonly OutputItem[]): readonly OutputItem[] {
  return output.some(noteOf)
    ? output.filter((item) => !noteOf(item)?.pending && !noteOf(item)?.step)
    : output;
}

/** Whether a picture among *output* has still to come. */
export function awaitsPicture(output: readonly OutputItem[]): boolean {
  return output.some((item) => noteOf(item)?.pending && !noteOf(item)?.step);
}

/** The figures among *output* as they were, before later statements went on with them. */
export function steps(output: readonly OutputItem[]): readonly OutputItem[] {
  return output.filter((item) => noteOf(item)?.step && !noteOf(item)?.pending && item.type === "display");
}
