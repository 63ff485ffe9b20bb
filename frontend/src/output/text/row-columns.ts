/** A line taken apart into columns, to be overwritten in the middle. */
import type { Line, Run } from "./line";
import { PLAIN, sameStyle, type TextStyle } from "./sgr";
import { widthOf } from "./text-width";

/** What stands in each column of a row; the second column of a wide character is "". */
export interface RowColumns {
  readonly glyphs: string[];
  readonly styles: TextStyle[];
}

/** The columns of *line*. */
export function columnsIn(line: Line): RowColumns {
  const glyphs: string[] = [];
  const styles: TextStyle[] = [];
  for (const run of typeof line === "string" ? [{ text: line, style: PLAIN }] : line)
    for (const glyph of run.text) {
      if (glyph === "\t") {
        // What is overwritten in part cannot stay one character.
        for (let more = 8 - (glyphs.length % 8); more > 0; more -= 1) {
          glyphs.push(" ");
          styles.push(run.style);
        }
        continue;
      }
      const width = widthOf(glyph);
      if (width === 0 && glyphs.length > 0) {
        let before = glyphs.length - 1;
        while (before > 0 && glyphs[before] === "") before -= 1;
        glyphs[before] += glyph;
        continue;
      }
      glyphs.push(glyph);
      styles.push(run.style);
      if (width === 2) {
        glyphs.push("");
        styles.push(run.style);
      }
    }
  return { glyphs, styles };
}

/** The line of *columns*. */
export function lineIn({ glyphs, styles }: RowColumns): Line {
  const runs: { -readonly [Key in keyof Run]: Run[Key] }[] = [];
  for (let column = 0; column < glyphs.length; column += 1) {
    const style = styles[column] as TextStyle;
    const last = runs[runs.length - 1];
    if (last && sameStyle(last.style, style)) last.text += glyphs[column];
    else runs.push({ text: glyphs[column] as string, style });
  }
  const plain = runs.every((run) => run.style === PLAIN);
  return plain ? runs.map((run) => run.text).join("") : runs;
}

/** Put *glyph* into *column*. */
export function put({ glyphs, styles }: RowColumns, column: number, glyph: string, style: TextStyle): void {
  while (glyphs.length < column) {
    glyphs.push(" ");
    styles.push(PLAIN);
  }
  // Half of a wide character cannot stay.
  if (glyph !== "" && glyphs[column] === "" && column > 0) glyphs[column - 1] = " ";
  if (glyphs[column + 1] === "") glyphs[column + 1] = " ";
  glyphs[column] = glyph;
  styles[column] = style;
}
