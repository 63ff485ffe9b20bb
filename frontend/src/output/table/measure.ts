/** How wide a column must be to show what it holds. In pixels. */

import { scale } from "../rendering/scale";
import type { Measure } from "./data/model";
import { cellText } from "./data/table";

/** Around a cell's text, and beside a heading's for its menu. */
export const PADDING = 20;
const HEADING_PADDING = 36;
export const MIN_WIDTH = 40;
/** What is wider than this is cut until the reader widens it. */
const MAX_WIDTH = 320;
/** Of so many texts of a column, the longest, the width is measured. */
const SAMPLES = 4;

type Face = "usual" | "bold" | "code";

/** A measure in the typefaces that grid.css gives to a grid. */
export function measureOfText(): Measure {
  const advances = { usual: advancesIn("usual"), bold: advancesIn("bold"), code: advancesIn("code") };
  const width = (text: string, face: Face) => {
    let sum = 0;
    const advance = advances[face];
    for (const letter of text) sum += advance(letter);
    return sum;
  };
  const widest = (texts: readonly string[], face: Face) =>
    Math.max(0, ...longestOf(texts).map((text) => width(text.slice(0, 100), face)));
  return {
    column({ name, dtype, kind }, cells) {
      const inner = widest(cells.map(cellText), kind === "nested" ? "code" : "usual") + PADDING;
      const outer = Math.max(width(name.slice(0, 60), "bold"), width(dtype.slice(0, 60), "usual") * 0.92);
      return Math.ceil(Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, Math.max(inner, outer + HEADING_PADDING))));
    },
    text: width,
    names: (heading, names) =>
      Math.ceil(Math.max(MIN_WIDTH, width(heading, "bold") + PADDING, widest(names, "usual") + PADDING)),
  };
}

/** How far a letter moves the pen. Each is measured once: a grid shows hundreds of new texts in every frame. */
function advancesIn(face: Face): (letter: string) => number {
  const known = new Map<string, number>();
  let paper: CanvasRenderingContext2D | null | undefined;
  const measured = (letter: string) => {
    if (paper === undefined) {
      paper = document.createElement("canvas").getContext("2d");
      if (paper) paper.font = typefaces()[face];
    }
    return paper ? paper.measureText(letter).width : 8;
  };
  return (letter) => {
    // All digits are as wide as each other here, which a canvas does not know.
    const one = letter >= "0" && letter <= "9" ? "0" : letter;
    let width = known.get(one);
    if (width === undefined) {
      width = measured(one);
      known.set(one, width);
    }
    return width;
  };
}

function typefaces(): Record<Face, string> {
  const tokens = getComputedStyle(document.documentElement);
  const token = (name: string, usual: string) => tokens.getPropertyValue(name).trim() || usual;
  const size = (name: string, usual: number) => (Number.parseFloat(token(name, "")) || usual) * 16 * scale();
  const ui = `${size("--size-ui", 0.8125)}px ${token("--font-ui", "sans-serif")}`;
  return {
    usual: ui,
    bold: `600 ${ui}`,
    code: `${size("--size-small", 0.75)}px ${token("--font-code", "monospace")}`,
  };
}

function longestOf(texts: readonly string[]): string[] {
  const longest: string[] = [];
  for (const text of texts) {
    if (longest.length === SAMPLES && text.length <= (longest.at(-1)?.length ?? 0)) continue;
    longest.push(text);
    longest.sort((one, other) => other.length - one.length);
    longest.length = Math.min(longest.length, SAMPLES);
  }
  return longest;
}
