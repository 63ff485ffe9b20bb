/** The lines of a text item, with a sentence where the server left something out. */
import type { OutputItem } from "../backend/types";
import { count } from "./amounts";
import { type Line, lineText, TerminalText } from "./terminal";
import { PLAIN } from "./text-style";

/** The key of an item's `metadata` under which `Omitted` stands. */
export const OMITTED = "rdit.omitted";

/** What `OutputEvent.omitted` says: so many characters are missing between `at` and what follows. */
export interface Omitted {
  /** Where in the item's `text` they are missing, in UTF-16 code units: the event's `replaceFrom`. */
  at: number;
  characters: number;
}

/** *item* with a note of what was left out of its text. For whoever applies the events. */
export function withOmitted(item: OutputItem, omitted: Omitted | null): OutputItem {
  const { [OMITTED]: _, ...metadata } = item.metadata ?? {};
  if (omitted) metadata[OMITTED] = omitted;
  return { ...item, metadata: Object.keys(metadata).length > 0 ? metadata : null };
}

function omittedIn(item: OutputItem): Omitted | null {
  const found = item.metadata?.[OMITTED] as Partial<Omitted> | undefined;
  if (typeof found?.at !== "number" || typeof found.characters !== "number") return null;
  return { at: found.at, characters: found.characters };
}

export class TextSource {
  readonly #head = new TerminalText();
  #tail: TerminalText | null = null;
  #notice: Line | null = null;
  /** The number of characters of the text, with those that were left out. */
  characters = 0;

  constructor(item: OutputItem) {
    this.set(item);
  }

  set(item: OutputItem): void {
    const omitted = omittedIn(item);
    this.characters = item.text.length + (omitted?.characters ?? 0);
    if (!omitted) {
      this.#head.set(item.text);
      this.#tail = this.#notice = null;
      return;
    }
    this.#head.set(item.text.slice(0, omitted.at));
    this.#tail ??= new TerminalText();
    this.#tail.set(item.text.slice(omitted.at));
    const left = count(omitted.characters, "character");
    this.#notice = [
      {
        text: `… ${left} left out here: more than the page follows live …`,
        style: { ...PLAIN, italic: true, dim: true },
      },
    ];
  }

  /** Read about *limit* more characters; true when all is read. */
  advance(limit: number): boolean {
    return this.#head.advance(limit) && (this.#tail?.advance(limit) ?? true);
  }

  get length(): number {
    return this.#head.length + (this.#tail ? 1 + this.#tail.length : 0);
  }

  line(index: number): Line {
    const head = this.#head.length;
    if (index < head || !this.#tail) return this.#head.line(index);
    return index === head ? (this.#notice ?? "") : this.#tail.line(index - head - 1);
  }

  /** The whole text as it is seen, in pieces of some megabytes at most. */
  *pieces(): Generator<string> {
    const { length } = this;
    for (let from = 0; from < length; from += 10_000) {
      const lines: string[] = [];
      for (let index = from; index < Math.min(length, from + 10_000); index += 1)
        lines.push(lineText(this.line(index)));
      yield `${lines.join("\n")}\n`;
    }
  }
}
