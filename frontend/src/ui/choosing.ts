/** What a key chooses of *count* things in a list of which the one at *chosen* is chosen; null for any other key. */
export function chosenBy(key: string, chosen: number, count: number): number | null {
  const step = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
  return step === 0 || count === 0 ? null : (chosen + step + count) % count;
}
