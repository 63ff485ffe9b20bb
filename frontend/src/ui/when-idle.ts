/** Do *act* when the page has nothing else to do; soon, where the browser cannot say when that is. */
export function whenIdle(act: () => void): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(act);
  else setTimeout(act);
}
