/** What the browser works on in one piece, and so how much of it is drawn unasked. */

/** Signs. A formula of more is drawn when a reader asks for it. */
export const MAX_FORMULA = 1_000;
/** The same for all formulas of one document, which come into sight together. */
export const MAX_FORMULAS = 2_000;
/** Pieces of highlighted code in one document; what follows is as black as other text. */
export const MAX_HIGHLIGHTED = 4_000;
/** Signs of Markdown. A paragraph, a heading or a cell of more stands there as it was written. */
export const MAX_INLINE = 2_000;

/** A document is drawn only when a reader asks for it: that was seen while it was drawn. */
export class TooMuch extends Error {}

/** What a formula takes: the signs that it draws, each of which becomes some elements. */
export function signsOfFormula(tex: string): number {
  return tex.match(/\\(?:[A-Za-z]+|.)|[^\s{}^_\\]/g)?.length ?? 0;
}

/** What Markdown takes beside its letters: the signs it is made of, a dollar for *dollar*. */
export function signsOfMarkdown(source: string, dollar = 1): number {
  let signs = 0;
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at] as string;
    if (sign === "$") signs += dollar;
    else if ("[]()*_`~<>|\\&!#:@\n".includes(sign)) signs += 1;
  }
  return signs;
}
