/**
 * Printing: outputs get their printed form before the browser lays the pages out, which waits for pictures and for nothing
 * else. `beforeprint` is the last moment at which anything can be changed.
 */
const listeners = new Set<(isPrinting: boolean) => void>();
let printing = false;

/** Printing begins or ends. */
export function tellPrinting(now: boolean): void {
  if (printing === now) return;
  printing = now;
  for (const listener of [...listeners]) listener(now);
}

const paper = window.matchMedia("print");
window.addEventListener("beforeprint", () => tellPrinting(true));
window.addEventListener("afterprint", () => tellPrinting(false));
paper.addEventListener("change", () => tellPrinting(paper.matches));

/** Call *listener* now if the page is being printed, and whenever that begins or ends, until what is returned is called. */
export function onPrint(listener: (isPrinting: boolean) => void): () => void {
  listeners.add(listener);
  if (printing) listener(true);
  return () => listeners.delete(listener);
}
