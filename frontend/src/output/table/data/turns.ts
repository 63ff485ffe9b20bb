/**
 * Whose the wheel is: the page's, which one scrolls through, until *dom*, a grid, was pressed or has the keyboard; and again
 * once one turns to something else. Until *signal*.
 */
export function takeTurns(dom: HTMLElement, signal: AbortSignal): void {
  const settle = ({ target }: Event) =>
    dom.classList.toggle("is-active", target instanceof Node && dom.contains(target));
  // Before the press moves the focus or scrolls anything.
  document.addEventListener("pointerdown", settle, { signal, capture: true, passive: true });
  document.addEventListener("focusin", settle, { signal, capture: true, passive: true });
}
