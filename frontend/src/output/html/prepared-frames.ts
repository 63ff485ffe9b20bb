/** Charts that are drawn before they are in sight: paper does not wait for them, and neither need a reader. */
import type { OutputItem } from "../../backend/types";
import { memoryOf } from "../rendering/remembered";
import { canMove, frameOf, SandboxFrame } from "./sandbox-frame";
import "./sandbox.css";
import { needsScripts } from "./sanitise";

/** What takes longer in a place that nobody sees is drawn when it is in sight. */
const MAX_WAIT_MS = 10_000;

/** Whether *item* is HTML that can be drawn before it is in sight, and is not drawn yet. */
export function isToPrepare(item: OutputItem): boolean {
  const html = item.data?.["text/html"];
  const { isSlow, folded, asText } = memoryOf(item);
  return (
    canMove &&
    !frameOf(item) &&
    !isSlow &&
    !folded &&
    !asText &&
    typeof html === "string" &&
    needsScripts(html)
  );
}

/** Draw *item* in *layer* until it is painted, or *signal* comes; it stays there until its output has a place. */
export function prepareFrame(
  item: OutputItem,
  layer: HTMLElement,
  signal: AbortSignal,
): { frame: HTMLElement; done: Promise<void> } {
  const frame = new SandboxFrame(item, String(item.data?.["text/html"]));
  frame.isFree = true;
  frames.set(frame.dom, { frame, item });
  layer.append(frame.dom);
  return { frame: frame.dom, done: settled(frame, item, signal) };
}

async function settled(frame: SandboxFrame, item: OutputItem, signal: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(MAX_WAIT_MS);
  const isLeft = new Promise<false>((resolve) => {
    for (const end of [signal, late]) end.addEventListener("abort", () => resolve(false), { once: true });
  });
  const isPainted = await Promise.race([frame.painted.then(() => true), isLeft]);
  if (isPainted || !frame.isFree) return;
  frame.destroy();
  if (late.aborted) memoryOf(item).isSlow = true;
}

const frames = new WeakMap<Element, { frame: SandboxFrame; item: OutputItem }>();

/** Take away what was drawn in *layer* of other items than *items*; tell how many are left. */
export function dropOthers(layer: HTMLElement, items: ReadonlySet<OutputItem>): number {
  let left = 0;
  for (const dom of [...layer.children]) {
    const known = frames.get(dom);
    if (known && items.has(known.item)) left += 1;
    else known?.frame.destroy();
  }
  return left;
}
