/** The statements that a person has let run once although they take long or do something outside: the yes is kept. */

/** So many are remembered for a script. */
const MAX_ALLOWED = 500;

export class AllowedStatements {
  readonly #hashes: Set<string>;

  /** *key* names the script in *storage*. */
  constructor(
    private readonly storage: Pick<Storage, "getItem" | "setItem">,
    private readonly key: string,
  ) {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? "[]");
    this.#hashes = new Set(Array.isArray(kept) ? kept.map(String) : []);
  }

  has(source: string): boolean {
    return this.#hashes.has(hashOf(source));
  }

  add(sources: readonly string[]): void {
    for (const source of sources) this.#hashes.add(hashOf(source));
    this.storage.setItem(this.key, JSON.stringify([...this.#hashes].slice(-MAX_ALLOWED)));
  }
}

/** FNV-1a, twice over, so that texts of a script do not meet by accident. */
function hashOf(source: string): string {
  let [one, two] = [0x811c9dc5, 0x01000193];
  for (let at = 0; at < source.length; at += 1) {
    const code = source.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193);
    two = Math.imul(two ^ code, 0x85ebca6b);
  }
  return `${(one >>> 0).toString(36)}${(two >>> 0).toString(36)}${source.length.toString(36)}`;
}
