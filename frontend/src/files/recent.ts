/** *recent* (the latest first) after *path* was opened. */
export function withRecent(recent: readonly string[], path: string, most: number): string[] {
  return [path, ...recent.filter((one) => one !== path)].slice(0, most);
}
