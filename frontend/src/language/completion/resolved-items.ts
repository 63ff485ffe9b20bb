import { ChangeSet, type Text } from "@codemirror/state";
import type { LanguageClient } from "../client/language-client";
import { rangeIn } from "../protocol/positions";
import type { ListedItem, ResolvedItem } from "./item";

/** A part of the text of now. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

/** A change that comes with a name. */
export interface Addition extends Place {
  readonly insert: string;
}

/** What is known of an item besides what is listed. */
export interface Resolved {
  readonly item: ResolvedItem;
  readonly additions: readonly Addition[];
}

const NOTHING: Resolved = { item: {}, additions: [] };

/** What the server tells of single items of a list when it is asked for them. */
export class ResolvedItems {
  readonly #known = new Map<string, Resolved>();
  readonly #asked = new Map<string, Promise<Resolved>>();
  readonly #followed = new Set<{ from: number; to: number }>();
  /** For each item that is asked for, what has changed since it was listed. */
  readonly #since = new Set<{ changes: ChangeSet }>();
  /** Grows with each place. */
  #places = 0;
  /** The text that the server has listed names for, and what has changed since. */
  #doc: Text;
  #changes: ChangeSet;

  constructor(
    private readonly client: LanguageClient,
    doc: Text,
  ) {
    this.#doc = doc;
    this.#changes = ChangeSet.empty(doc.length);
  }

  /** Names are listed for *doc*; what is known of those of the list before stays, as it is about the same place. */
  listed(doc: Text): void {
    this.#doc = doc;
    this.#changes = ChangeSet.empty(doc.length);
  }

  /** Another place: names mean something else there. */
  clear(): void {
    this.#known.clear();
    this.#asked.clear();
    this.#places += 1;
  }

  /** *place*, whatever is changed around it until it is no longer followed. */
  follow({ from, to }: Place): Place {
    const place = { from, to };
    this.#followed.add(place);
    return place;
  }

  unfollow(place: Place): void {
    this.#followed.delete(place);
  }

  changed(changes: ChangeSet): void {
    this.#changes = this.#changes.compose(changes);
    for (const since of this.#since) since.changes = since.changes.compose(changes);
    for (const place of this.#followed) {
      place.from = changes.mapPos(place.from, 1);
      place.to = Math.max(place.from, changes.mapPos(place.to, -1));
    }
    for (const [key, { item, additions }] of this.#known) {
      const moved = additions.map(({ from, to, insert }) => ({
        from: changes.mapPos(from, -1),
        to: changes.mapPos(to, -1),
        insert,
      }));
      this.#known.set(key, { item, additions: moved });
    }
  }

  /** What is known of *item* already. */
  peek(item: ListedItem): Resolved | null {
    return item.resolveId === undefined ? NOTHING : (this.#known.get(keyOf(item)) ?? null);
  }

  /** All there is to know of *item*; nothing where help is away meanwhile. */
  get(item: ListedItem): Promise<Resolved> {
    const known = this.peek(item);
    if (known) return Promise.resolve(known);
    const key = keyOf(item);
    const asking = this.#asked.get(key) ?? this.#resolve(item, key);
    this.#asked.set(key, asking);
    return asking;
  }

  async #resolve({ resolveId }: ListedItem, key: string): Promise<Resolved> {
    const [doc, places, asked] = [this.#doc, this.#places, this.#asked];
    const since = { changes: this.#changes };
    this.#since.add(since);
    let answer: ResolvedItem | null;
    try {
      answer = await this.client.answer<ResolvedItem>("completionItem/resolve", { resolveId });
    } finally {
      this.#since.delete(since);
    }
    // What was asked for of another place may have the same name.
    const isOfNow = places === this.#places;
    if (isOfNow) asked.delete(key);
    if (!answer) return NOTHING;
    // Its places are in the text that the names were listed for.
    const additions = (answer.additionalTextEdits ?? []).map(({ range, newText }) => {
      const { from, to } = rangeIn(doc, range);
      const moved = (place: number) => since.changes.mapPos(place, -1);
      return { from: moved(from), to: moved(to), insert: newText };
    });
    const resolved: Resolved = { item: answer, additions };
    if (isOfNow) this.#known.set(key, resolved);
    return resolved;
  }
}

/** What tells an item from others, whatever list they are in. */
export function keyOf({ kind, label, detail, labelDetails }: ListedItem): string {
  return [kind, label, detail, labelDetails?.description].join("\n");
}
