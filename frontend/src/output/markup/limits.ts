/** Characters. A longer formula is drawn when a reader asks for it: the browser lays it out in one piece. */
export const MAX_FORMULA = 2_000;
