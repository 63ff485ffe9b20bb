import type { TextStyle } from "./sgr";

export interface Run {
  readonly text: string;
  readonly style: TextStyle;
}

/** A line without its newline; a plain string where nothing in it has a style. */
export type Line = string | readonly Run[];

/** The characters of *line*. */
export function lineText(line: Line): string {
  return typeof line === "string" ? line : line.map((run) => run.text).join("");
}
