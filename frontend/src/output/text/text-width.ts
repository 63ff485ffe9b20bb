const ASCII = /^[\x20-\x7e]*$/;
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;

/** How many columns *text* takes in a terminal; it has no control characters but tabs. */
export function columnsOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const glyph of text) columns += glyph === "\t" ? 8 - (columns % 8) : widthOf(glyph);
  return columns;
}

/** How many columns one character takes: a wide one two, one that is drawn upon the one before it none. */
export function widthOf(glyph: string): number {
  if (glyph.length === 1 && glyph < "\u0300") return 1;
  if (ZERO.test(glyph)) return 0;
  return WIDE.test(glyph) ? 2 : 1;
}
