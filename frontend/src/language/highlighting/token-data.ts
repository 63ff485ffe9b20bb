/** Semantic tokens: five numbers each, relative to the token before (LSP 3.17, "Semantic Tokens"). */
import type { Text } from "@codemirror/state";

export interface Token {
  readonly from: number;
  readonly to: number;
  readonly type: string;
  readonly modifiers: readonly string[];
}

/** What the numbers of types and of bits stand for. */
export interface Legend {
  readonly tokenTypes: readonly string[];
  readonly tokenModifiers: readonly string[];
}

/** The tokens of *doc*, in order; what lies outside of it is left out. */
export function tokensIn(doc: Text, data: readonly number[], legend: Legend): Token[] {
  const tokens: Token[] = [];
  let [number, character] = [1, 0];
  for (let at = 0; at + 4 < data.length; at += 5) {
    const [lines = 0, characters = 0, length = 0, type = 0, bits = 0] = data.slice(at, at + 5);
    number += lines;
    character = lines > 0 ? characters : character + characters;
    if (number > doc.lines) break;
    const line = doc.line(number);
    const [from, to] = [line.from + character, line.from + character + length];
    if (length === 0 || to > line.to) continue;
    const modifiers = legend.tokenModifiers.filter((_, bit) => bits & (1 << bit));
    tokens.push({ from, to, type: legend.tokenTypes[type] ?? "", modifiers });
  }
  return tokens;
}
