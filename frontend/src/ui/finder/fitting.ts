/** What is offered in a finder, and what of it fits a few letters. */

/** Something that can be chosen. */
export interface Offer {
  readonly id: string;
  readonly title: string;
  /** Its heading in the list. */
  readonly group: string;
  /** More about it: where it is. */
  readonly note?: string;
  readonly key?: string;
  readonly aliases?: string;
  choose(): void;
}

type Named = Pick<Offer, "title" | "aliases">;

/** The *offers* that fit *query*, best first: every letter in order, near a word's beginning and close together. */
export function fitting<One extends Named>(offers: readonly One[], query: string): One[] {
  const words = query.toLowerCase().trim();
  const wanted = words.replaceAll(/\s+/g, "");
  return offers
    .map((offer) => ({ offer, cost: best(offer, words, wanted) }))
    .filter(({ cost }) => cost !== null)
    .sort((one, other) => (one.cost ?? 0) - (other.cost ?? 0))
    .map(({ offer }) => offer);
}

/** Another name costs as much as a few letters that are skipped: a title that fits well goes before it. */
const ALIAS_COST = 2;

function best({ title, aliases }: Named, words: string, wanted: string) {
  const own = costOf(title.toLowerCase(), wanted);
  if (wanted === "" || !aliases) return own;
  const named = words.split(/\s+/).every((word) => {
    return `${title} ${aliases}`
      .toLowerCase()
      .split(/\s+/)
      .some((alias) => alias.startsWith(word));
  });
  return named && (own === null || own > ALIAS_COST) ? ALIAS_COST : own;
}

/** How badly *wanted* fits *title*; null when a letter of it is missing. */
function costOf(title: string, wanted: string): number | null {
  let cost = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = title.indexOf(letter, at + 1);
    if (next < 0) return null;
    const beginsWord = next === 0 || !/\w/.test(title[next - 1] ?? "");
    cost += next === at + 1 ? 0 : beginsWord ? 1 : 3 + (next - at) / 10;
    at = next;
  }
  return cost;
}
