/** What the browser keeps of the page from one load to the next. */
import { effect, type Signal, signal } from "@preact/signals";

/** A signal whose value *storage* keeps. */
export function storedSignal<T>(storage: Storage, key: string, otherwise: T): Signal<T> {
  const before = storage.getItem(key);
  const made = signal(before === null ? otherwise : (JSON.parse(before) as T));
  effect(() => storage.setItem(key, JSON.stringify(made.value)));
  return made;
}

/** Keep which files are open in the workspace at *root*, for a reload of the page in this tab of the browser. */
export function storePaths(root: string, paths: readonly (string | null)[]): void {
  if (paths.length === 0) return;
  window.sessionStorage.setItem(keyOf(root), JSON.stringify(paths.filter((path) => path !== null)));
}

/** The files that were open in the workspace at *root*. */
export function storedPaths(root: string): string[] {
  const text = window.sessionStorage.getItem(keyOf(root));
  const read: unknown = text === null ? [] : JSON.parse(text);
  return Array.isArray(read) ? read.filter((one) => typeof one === "string") : [];
}

function keyOf(root: string): string {
  return `rdit.tabs ${root}`;
}
