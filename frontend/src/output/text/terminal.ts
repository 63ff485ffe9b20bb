/**
 * Terminal emulation: a text → lines of styled runs, with `\r`, backspace, tabs, colours, erasing and cursor
 * moves as progress bars use them (ECMA-48; xterm's control sequences). Held outside the DOM, so that a million lines
 * cost memory and nothing else, and made to be fed a text that grows, or whose end is replaced, again and again.
 */
import { type Line, lineText, type Run } from "./line";
import { columnsIn, lineIn, put, type RowColumns } from "./row-columns";
import { applySgr, PLAIN, sameStyle, type TextStyle } from "./sgr";
import { columnsOf, widthOf } from "./text-width";

/** How far up from the last line the cursor may go: a generous screen. */
const SCREEN_ROWS = 500;
/** Characters between the places that reading can return to. */
const STRIDE = 16_384;
/** How far to the right sequences may move the cursor; text goes as far as it is long. */
const MAX_COLUMNS = 1000;
/** Stretches of one style in a line; what follows has the style of the last. */
const MAX_RUNS = 4000;
/** Columns that one portion of reading takes apart and joins again, at most. */
const MAX_WORK = 1 << 18;
/** A control sequence that is longer than this is none. */
const MAX_SEQUENCE = 65_536;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\x00-\x1f\x7f-\x9f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: likewise
const CSI = /\x1b\[([0-?]*)([ -/]*)([@-~])/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: likewise
const STRING_END = /\x07|\x1b\\|\x9c/g;

/** A place in the text where a new last line begins, and what is needed to read on from there. */
interface Checkpoint {
  readonly at: number;
  readonly rows: number;
  readonly style: TextStyle;
}

export class TerminalText {
  #source = "";
  #at = 0;
  #lines: Line[] = [""];
  #row = 0;
  #column = 0;
  /** The number of columns of the row under the cursor, while it is not taken apart. */
  #width = 0;
  /** The row under the cursor, while something in it is overwritten. */
  #columns: RowColumns | null = null;
  /** Whether it is not yet among the lines as it is. */
  #isChanged = false;
  /** Columns that were taken apart or joined since the portion began. */
  #work = 0;
  #style = PLAIN;
  #saved = { row: 0, column: 0 };
  /** Where the first end of a string at or behind `from` begins and ends; what was not found is not looked for again. */
  #stringEnd: { from: number; at: number; end: number } | null = null;
  #checkpoints: Checkpoint[] = [{ at: 0, rows: 1, style: PLAIN }];

  /** Let it show *text* from now on; what is unchanged at its beginning is not read again. Call `advance` then. */
  set(text: string): void {
    const read = this.#source.slice(0, this.#at);
    if (!text.startsWith(read)) this.#goBack(text);
    this.#source = text;
    this.#stringEnd = null;
  }

  /** Read about *limit* more characters, fewer where each takes much work; true when all is read. */
  advance(limit = Number.POSITIVE_INFINITY): boolean {
    const { length } = this.#source;
    const stop = Math.min(length, this.#at + limit);
    this.#work = 0;
    while (this.#at < stop && (this.#work < MAX_WORK || limit === Number.POSITIVE_INFINITY))
      if (!this.#step()) return true;
    return this.#at >= length;
  }

  /** How many lines there are; an empty last one, after the final newline, does not count. */
  get length(): number {
    this.#commit();
    const { length } = this.#lines;
    return this.#lines[length - 1] === "" ? length - 1 : length;
  }

  line(index: number): Line {
    this.#commit();
    return this.#lines[index] ?? "";
  }

  // ------------------------------------------------------------------------------------------ reading

  /** Take one stretch of text or one control sequence; false when the rest of a sequence is still to come. */
  #step(): boolean {
    const source = this.#source;
    const at = this.#at;
    CONTROL.lastIndex = at;
    const control = CONTROL.test(source) ? CONTROL.lastIndex - 1 : source.length;
    if (control > at) {
      this.#write(source.slice(at, control));
      this.#at = control;
      return true;
    }
    const code = source.charCodeAt(at);
    this.#at += 1;
    if (code === 0x0a || code === 0x0b || code === 0x0c) this.#newline();
    else if (code === 0x0d) this.#moveTo(this.#row, 0);
    else if (code === 0x08) this.#moveTo(this.#row, Math.max(0, this.#column - 1));
    else if (code === 0x09) this.#tab();
    else if (code === 0x1b) {
      const end = this.#escape(at);
      // An unfinished sequence waits for its end, unless it grew absurd.
      if (end === null && source.length - at < MAX_SEQUENCE) {
        this.#at = at;
        return false;
      }
      this.#at = end ?? at + 1;
    }
    return true;
  }

  /** Carry out the sequence that begins at *at*; the place after it, or null when it is not complete. */
  #escape(at: number): number | null {
    const source = this.#source;
    const kind = source[at + 1];
    if (kind === undefined) return null;
    if (kind === "[") {
      CSI.lastIndex = at;
      const match = CSI.exec(source);
      if (match) {
        if (!match[2]) this.#control(match[3] as string, match[1] as string);
        return CSI.lastIndex;
      }
      // Either it is cut off here, or something that cannot belong to it follows.
      const rest = /[^0-?\s -/]/.exec(source.slice(at + 2, at + 66));
      return rest ? at + 2 : source.length - at > 64 ? at + 2 : null;
    }
    if (kind === "]" || kind === "P" || kind === "_" || kind === "^" || kind === "X") {
      const found = this.#findStringEnd(at + 2);
      if (found.end > source.length) return null;
      if (kind === "]") this.#systemCommand(source.slice(at + 2, found.at));
      return found.end;
    }
    if (kind === "7") this.#saved = { row: this.#row, column: this.#column };
    else if (kind === "8") this.#moveTo(this.#saved.row, this.#saved.column);
    else if (kind === "M") this.#moveTo(this.#row - 1, this.#column);
    // A choice of character set has one more character.
    return "()*+-./%#".includes(kind) ? (source.length > at + 2 ? at + 3 : null) : at + 2;
  }

  #control(final: string, parameters: string): void {
    if (final === "m") {
      if (!/[<-?]/.test(parameters)) this.#style = applySgr(this.#style, parameters);
      return;
    }
    const [first = 0, second = 0] = parameters.split(";").map((value) => Number.parseInt(value, 10) || 0);
    const steps = Math.min(first || 1, 10_000);
    if (final === "A") this.#moveTo(this.#row - steps, this.#column);
    else if (final === "B" || final === "e") this.#moveTo(this.#row + steps, this.#column);
    else if (final === "C" || final === "a")
      this.#moveTo(this.#row, Math.max(this.#column, Math.min(this.#column + steps, MAX_COLUMNS)));
    else if (final === "D") this.#moveTo(this.#row, Math.max(0, this.#column - steps));
    else if (final === "E") this.#moveTo(this.#row + steps, 0);
    else if (final === "F") this.#moveTo(this.#row - steps, 0);
    else if (final === "G" || final === "`") this.#moveTo(this.#row, Math.min(steps, MAX_COLUMNS) - 1);
    else if (final === "H" || final === "f")
      this.#moveTo(this.#top() + steps - 1, Math.min(second || 1, MAX_COLUMNS) - 1);
    else if (final === "d") this.#moveTo(this.#top() + steps - 1, this.#column);
    else if (final === "J") this.#eraseLines(first);
    else if (final === "K") this.#eraseInLine(first);
    else if (final === "P") this.#deleteColumns(steps);
    else if (final === "X") this.#blank(this.#column, this.#column + steps);
    else if (final === "s") this.#saved = { row: this.#row, column: this.#column };
    else if (final === "u") this.#moveTo(this.#saved.row, this.#saved.column);
  }

  #findStringEnd(from: number): { at: number; end: number } {
    const known = this.#stringEnd;
    if (known && known.from <= from && from <= known.at) return known;
    STRING_END.lastIndex = from;
    const match = STRING_END.exec(this.#source);
    const at = match ? match.index : Number.POSITIVE_INFINITY;
    this.#stringEnd = { from, at, end: match ? STRING_END.lastIndex : at };
    return this.#stringEnd;
  }

  #systemCommand(command: string): void {
    const match = /^8;[^;]*;(.*)$/s.exec(command);
    if (!match) return;
    const link = /^(https?|mailto):/i.test(match[1] as string) ? (match[1] as string) : null;
    const style = { ...this.#style, link };
    this.#style = sameStyle(style, PLAIN) ? PLAIN : style;
  }

  // ------------------------------------------------------------------------------------------ the cursor

  #top(): number {
    return Math.max(0, this.#lines.length - SCREEN_ROWS);
  }

  #moveTo(row: number, column: number): void {
    // As in a terminal, whose last row is the end.
    const last = Math.max(this.#lines.length, SCREEN_ROWS) - 1;
    const target = Math.min(Math.max(row, this.#top()), last);
    if (target !== this.#row) {
      this.#leaveRow();
      while (this.#lines.length <= target) this.#lines.push("");
      this.#row = target;
      const text = lineText(this.#lines[target] as Line);
      this.#work += text.length;
      this.#width = columnsOf(text);
    }
    this.#column = column;
  }

  #newline(): void {
    const next = this.#row + 1;
    if (next < this.#lines.length) {
      this.#moveTo(next, 0);
      return;
    }
    this.#leaveRow();
    this.#lines.push("");
    this.#row = next;
    this.#column = this.#width = 0;
    const checkpoint = { at: this.#at, rows: next + 1, style: this.#style };
    const points = this.#checkpoints;
    const before = points[points.length - 2];
    const last = points[points.length - 1] as Checkpoint;
    // The newest is always kept; of the older ones, one per stride.
    if (before && last.at - before.at < STRIDE) points[points.length - 1] = checkpoint;
    else points.push(checkpoint);
  }

  #tab(): void {
    const target = (Math.floor(this.#column / 8) + 1) * 8;
    // At the end of a line it is a character that can be copied; within one it only moves.
    if (!this.#columns && this.#column === this.#width) {
      this.#append("\t");
      this.#width = this.#column = target;
    } else {
      this.#column = target;
    }
  }

  // ------------------------------------------------------------------------------------------ changing lines

  #write(text: string): void {
    if (!this.#columns && this.#column === this.#width) {
      this.#append(text);
      this.#width += columnsOf(text);
      this.#column = this.#width;
      return;
    }
    const row = this.#takeApart();
    for (const glyph of text) {
      const width = widthOf(glyph);
      if (width === 0) {
        let before = this.#column - 1;
        while (before > 0 && row.glyphs[before] === "") before -= 1;
        if (before >= 0 && row.glyphs[before] !== undefined) row.glyphs[before] += glyph;
        continue;
      }
      put(row, this.#column, glyph, this.#style);
      if (width === 2) put(row, this.#column + 1, "", this.#style);
      this.#column += width;
    }
  }

  #append(text: string): void {
    this.#touch(this.#row);
    const line = this.#lines[this.#row] as Line;
    if (typeof line === "string" && this.#style === PLAIN) {
      this.#lines[this.#row] = line + text;
      return;
    }
    const runs: Run[] = typeof line === "string" ? (line ? [{ text: line, style: PLAIN }] : []) : [...line];
    const last = runs[runs.length - 1];
    if (last && (sameStyle(last.style, this.#style) || runs.length >= MAX_RUNS))
      runs[runs.length - 1] = { text: last.text + text, style: last.style };
    else runs.push({ text, style: this.#style });
    this.#lines[this.#row] = runs;
  }

  #eraseInLine(mode: number): void {
    if (mode === 0 && !this.#columns && this.#column >= this.#width) return;
    const row = this.#takeApart();
    if (mode === 0) row.glyphs.length = row.styles.length = Math.min(row.glyphs.length, this.#column);
    else if (mode === 1) this.#blank(0, this.#column + 1);
    else if (mode === 2) row.glyphs.length = row.styles.length = 0;
  }

  #blank(from: number, to: number): void {
    const row = this.#takeApart();
    this.#work += Math.max(0, Math.min(to, row.glyphs.length) - from);
    for (let column = from; column < Math.min(to, row.glyphs.length); column += 1)
      put(row, column, " ", PLAIN);
  }

  #deleteColumns(amount: number): void {
    const row = this.#takeApart();
    row.glyphs.splice(this.#column, amount);
    row.styles.splice(this.#column, amount);
  }

  #eraseLines(mode: number): void {
    if (mode === 0) {
      this.#eraseInLine(0);
      if (this.#row < this.#lines.length - 1) {
        this.#touch(this.#row);
        this.#lines.length = this.#row + 1;
      }
    } else if (mode === 1) {
      for (let row = this.#top(); row < this.#row; row += 1) {
        this.#touch(row);
        this.#lines[row] = "";
      }
      this.#eraseInLine(1);
    } else {
      this.#touch(0);
      this.#columns = null;
      this.#lines = [""];
      this.#row = this.#column = this.#width = 0;
    }
  }

  #takeApart(): RowColumns {
    if (!this.#columns) {
      this.#touch(this.#row);
      this.#columns = columnsIn(this.#lines[this.#row] as Line);
      this.#work += this.#columns.glyphs.length;
    }
    this.#isChanged = true;
    return this.#columns;
  }

  /** Put the row that was taken apart back among the lines. */
  #commit(): void {
    if (this.#columns && this.#isChanged) this.#lines[this.#row] = lineIn(this.#columns);
    this.#isChanged = false;
  }

  #leaveRow(): void {
    this.#commit();
    this.#columns = null;
  }

  // ------------------------------------------------------------------------------------------ going back

  /** Row *row* changes: a place behind it can be returned to no longer. */
  #touch(row: number): void {
    const points = this.#checkpoints;
    while (points.length > 1 && (points[points.length - 1] as Checkpoint).rows - 2 >= row) points.pop();
  }

  /** Return to the last place before which *text* is what was read. */
  #goBack(text: string): void {
    const points = this.#checkpoints;
    let low = 0;
    let high = points.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (text.startsWith(this.#source.slice(0, (points[middle] as Checkpoint).at))) low = middle;
      else high = middle - 1;
    }
    points.length = low + 1;
    const point = points[low] as Checkpoint;
    this.#columns = null;
    this.#at = point.at;
    this.#lines.length = point.rows;
    this.#lines[point.rows - 1] = "";
    this.#row = point.rows - 1;
    this.#column = this.#width = 0;
    this.#style = point.style;
    this.#saved = { row: this.#row, column: 0 };
  }
}
