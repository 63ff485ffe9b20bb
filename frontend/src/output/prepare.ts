/** Outputs that are out of sight, made ready to be printed: `beforeprint` waits for nothing, and what is ready can be put into its place at once. */
import type { OutputItem } from "../backend/types";
import { noteDrawing, preload, richestName, whyWithheld } from "./render";
import { withData } from "./rendering/item-data";
import { memoryOf } from "./rendering/remembered";
import type { RenderContext } from "./rendering/rendering";

/** Bytes of data that are fetched before anybody has looked at them. */
export const MAX_FETCHED = 32_000_000;
/** Charts that are drawn before anybody has looked at them. Each is a document of its own: one of plotly takes 18 MB. */
export const MAX_FRAMES = 8;

export interface Preparation {
  readonly context: RenderContext;
  /** Where charts are drawn that have no place yet. */
  readonly layer: HTMLElement;
  /** Ends it; what is ready stays. */
  readonly signal: AbortSignal;
  /** Wait until the page has nothing better to do. */
  pause(): Promise<void>;
  /** Bytes. */
  readonly maxFetched: number;
  readonly maxFrames: number;
}

/** Make *items* ready, one after the other. */
export async function prepare(items: readonly OutputItem[], preparation: Preparation): Promise<void> {
  const { context, signal, pause } = preparation;
  await preload(items);
  const whole: OutputItem[] = [];
  let room = preparation.maxFetched;
  for (const item of items) {
    if (signal.aborted) return;
    if (!item.dataOmitted) {
      whole.push(item);
      continue;
    }
    const bytes = bytesOmitted(item);
    if (bytes > room || !context.wholeItem || memoryOf(item).folded) continue;
    room -= bytes;
    if (!memoryOf(item).whole) await pause();
    // What does not come now is asked for again when it is shown, which says why it does not come.
    const come = await withData(item, context, signal).catch(() => null);
    if (come) whole.push(come);
  }
  await preload(whole);
  if (whole.some(isHtml)) await prepareFrames(whole.filter(isHtml), preparation);
}

function bytesOmitted({ dataOmitted }: OutputItem): number {
  return Object.values(dataOmitted ?? {}).reduce<number>((sum, bytes) => sum + Number(bytes), 0);
}

function isHtml(item: OutputItem): boolean {
  return richestName(item) === "text/html";
}

async function prepareFrames(items: readonly OutputItem[], preparation: Preparation): Promise<void> {
  const { context, layer, signal, pause, maxFrames } = preparation;
  const { isToPrepare, prepareFrame, dropOthers } = await import("./html/prepared-frames");
  let free = maxFrames - dropOthers(layer, new Set(items));
  for (const item of items) {
    if (free <= 0 || signal.aborted) return;
    if (!isToPrepare(item) || whyWithheld(item, context) !== null) continue;
    await pause();
    if (signal.aborted) return;
    free -= 1;
    const drawn = noteDrawing(item, "text/html", context);
    const { frame, done } = prepareFrame(item, layer, signal);
    drawn(frame);
    await done;
  }
}
