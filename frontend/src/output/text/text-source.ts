/** The lines of a text item, with a sentence where the server left something out. */
import type { OutputItem } from "../../backend/types";
import { count } from "../../ui/amounts";
import { type Line, lineText } from "./line";
import { PLAIN } from "./sgr";
import { TerminalText } from "./terminal";

/** What the server left out of a text: so many characters from `at` on. */
interface Omitted {
  /** In the item's `text`, in UTF-16 code units. */
  at: number;
  characters: number;
}

function omittedIn({ cutAt, omitted }: OutputItem): Omitted | null {
  return omitted ? { at: cutAt ?? 0, characters: omitted } : null;
}

export class TextSource {
  readonly #head = new TerminalText();
  #tail: TerminalText | null = null;
  #notice: Line | null = null;
  /** The number of characters of the text, with those that were left out. */
  characters = 0;
  /** How many of them the server left out. */
  omitted = 0;

  constructor(item: OutputItem) {
    this.set(item);
  }

  set(item: OutputItem): void {
    const omitted = omittedIn(item);
    this.omitted = omitted?.characters ?? 0;
    this.characters = item.text.length + this.omitted;
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
        text: `… ${left} left out here: more than the page follows live. “Save as a file” has all …`,
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
