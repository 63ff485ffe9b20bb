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
  const number = (at: number) => data[at] as number;
  // A long script has tens of thousands, and somebody may be typing: lines and modifiers are looked up once.
  const modifiersOf = new Map<number, readonly string[]>();
  let line = doc.line(1);
  let character = 0;
  for (let at = 0; at + 4 < data.length; at += 5) {
    const [lines, characters, length, bits] = [number(at), number(at + 1), number(at + 2), number(at + 4)];
    character = lines > 0 ? characters : character + characters;
    if (line.number + lines > doc.lines) break;
    if (lines > 0) line = doc.line(line.number + lines);
    const from = line.from + character;
    if (length === 0 || from + length > line.to) continue;
    const modifiers = modifiersOf.get(bits) ?? legend.tokenModifiers.filter((_, bit) => bits & (1 << bit));
    modifiersOf.set(bits, modifiers);
    tokens.push({ from, to: from + length, type: legend.tokenTypes[number(at + 3)] ?? "", modifiers });
  }
  return tokens;
}
