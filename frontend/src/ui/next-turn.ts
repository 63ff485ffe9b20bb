/** Pauses in long work, so that the page answers and draws between its parts. */

/** Chromium has it, and continues before whatever else waits to be done, but after what the reader does. */
declare const scheduler: { yield(): Promise<void> } | undefined;

/** Resolves once the browser has had the chance to do what waits, such as to hear of a pressed key. */
export function nextTurn(): Promise<void> {
  if (typeof scheduler !== "undefined" && "yield" in scheduler) return scheduler.yield();
  // Timers would wait for milliseconds each, and for a second in a page that is hidden.
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
