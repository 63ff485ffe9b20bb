/** How wide a column must be to show what it holds. In pixels. */
import { scale } from "./height";
import type { Measure } from "./model";
import { cellText } from "./table";

/** Around a cell's text, and beside a heading's for its menu. */
const PADDING = 20;
const HEADING_PADDING = 36;
export const NARROWEST = 40;
/** What is wider than this is cut until the reader widens it. */
const WIDEST = 320;
/** Of so many texts of a column, the longest, the width is measured. */
const SAMPLES = 4;

/** A measure in the typefaces that grid.css gives to a grid. */
export function measureOfText(): Measure {
  const paper = document.createElement("canvas").getContext("2d");
  let font: string | null = null;
  const width = (text: string, weight: number) => {
    if (font === null) {
      const tokens = getComputedStyle(document.documentElement);
      const size = (Number.parseFloat(tokens.getPropertyValue("--size-ui")) || 0.8125) * 16 * scale();
      font = `${size}px ${tokens.getPropertyValue("--font-ui") || "sans-serif"}`;
    }
    if (!paper) return text.length * 8;
    const wanted = `${weight} ${font}`;
    if (paper.font !== wanted) paper.font = wanted;
    return paper.measureText(text).width;
  };
  const widest = (texts: readonly string[]) =>
    Math.max(0, ...longestOf(texts).map((text) => width(text.slice(0, 100), 400)));
  return {
    column({ name, dtype }, cells) {
      const inner = widest(cells.map(cellText)) + PADDING;
      const outer =
        Math.max(width(name.slice(0, 60), 600), width(dtype.slice(0, 60), 400) * 0.92) + HEADING_PADDING;
      return Math.ceil(Math.max(NARROWEST, Math.min(WIDEST, Math.max(inner, outer))));
    },
    names: (heading, names) =>
      Math.ceil(Math.max(NARROWEST, width(heading, 600) + PADDING, widest(names) + PADDING)),
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
