/** How often something is found: in the text, and in the outputs of its statements. */
import type { SearchQuery } from "@codemirror/search";
import type { EditorState } from "@codemirror/state";
import { isProse } from "../results/results";
import { resultsField } from "../results/results-field";

/** More are not counted: nobody goes through them. */
export const MAX_MATCHES = 9_999;

export interface Matches {
  /** In the text. */
  readonly total: number;
  /** Which of them is selected, from 1; 0 when none is. */
  readonly current: number;
}

export function matchesIn(state: EditorState, query: SearchQuery): Matches {
  const { from, to } = state.selection.main;
  let total = 0;
  let current = 0;
  const cursor = query.getCursor(state) as Iterator<{ from: number; to: number }>;
  for (let next = cursor.next(); !next.done && total < MAX_MATCHES; next = cursor.next()) {
    total += 1;
    if (next.value.from === from && next.value.to === to) current = total;
  }
  return { total, current };
}

/** *query* as a regular expression, for text that is not the editor's; null for one that finds nothing. */
export function patternOf(query: SearchQuery): RegExp | null {
  if (!query.search || !query.valid) return null;
  const source = query.regexp ? query.search : query.search.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const whole = query.wholeWord ? `(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])` : source;
  return new RegExp(whole, query.caseSensitive ? "gmu" : "gimu");
}

/** A statement whose output has matches. */
export interface FoundOutput {
  /** The end of the statement. */
  readonly at: number;
  readonly count: number;
}

/** The statements whose outputs *query* is found in, in order. What is prose has its matches in the text already. */
export function foundOutputs(state: EditorState, query: SearchQuery): FoundOutput[] {
  const pattern = patternOf(query);
  const placed = pattern ? (state.field(resultsField, false)?.placed ?? []) : [];
  const found: FoundOutput[] = [];
  let left = MAX_MATCHES;
  for (const one of placed) {
    if (left <= 0 || isProse(one)) continue;
    let count = 0;
    for (const { text } of one.result.output) count += occurrences(text, pattern as RegExp, left - count);
    if (count > 0) found.push({ at: one.to, count });
    left -= count;
  }
  return found;
}

function occurrences(text: string, pattern: RegExp, most: number): number {
  pattern.lastIndex = 0;
  let count = 0;
  for (let match = pattern.exec(text); match && count < most; match = pattern.exec(text)) {
    if (match[0] === "") pattern.lastIndex += 1;
    else count += 1;
  }
  return count;
}
