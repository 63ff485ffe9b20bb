/** The arrows go from entry to entry of *list*. */
export function moveIn(list: HTMLElement | null, event: KeyboardEvent): void {
  const entries = [...(list?.querySelectorAll<HTMLElement>(".entry") ?? [])];
  const at = entries.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  entries[Math.max(0, Math.min(to, entries.length - 1))]?.focus();
}
