import { type Range, RangeSet } from "@codemirror/state";
import { Decoration, type DecorationSet } from "@codemirror/view";
import { expect, test } from "vitest";
import { renewed } from "../../src/language/highlighting/semantic-tokens";

const kinds = [Decoration.mark({ class: "one" }), Decoration.mark({ class: "other" })] as const;

/** Marks of so many names, each five characters from the next; *kind* tells which it is. */
function marks(count: number, kind = (_index: number): 0 | 1 => 0): Range<Decoration>[] {
  return Array.from({ length: count }, (_, index) => kinds[kind(index)].range(5 * index, 5 * index + 3));
}

function same(one: DecorationSet, other: readonly Range<Decoration>[]): boolean {
  return RangeSet.eq([one], [Decoration.set(other)]);
}

test("tokens that are what they were leave everything as it is", () => {
  const shown = Decoration.set(marks(2000));
  expect(renewed(shown, marks(2000))).toBe(shown);
  expect(renewed(Decoration.none, [])).toBe(Decoration.none);
});

test("only the part in which tokens are others is drawn anew", () => {
  const shown = Decoration.set(marks(2000));
  const wanted = marks(2000, (index) => (index === 1000 ? 1 : 0));
  const next = renewed(shown, wanted);
  expect(same(next, wanted)).toBe(true);
  const parts = (set: DecorationSet) => (set as unknown as { chunk: readonly object[] }).chunk;
  const kept = parts(next).filter((part) => parts(shown).includes(part));
  expect(kept.length).toBeGreaterThanOrEqual(parts(shown).length - 2);
});

test("tokens come and go, and have other ends", () => {
  const all = marks(20);
  const some = all.filter((_, index) => index % 3 > 0);
  const longer = all.map(({ from, value }) => value.range(from, from + 4));
  const lists = [
    [],
    all,
    some,
    longer,
    all.slice(5),
    all.slice(0, 5),
    marks(20, (index) => (index % 2 ? 1 : 0)),
  ];
  for (const before of lists)
    for (const after of lists) expect(same(renewed(Decoration.set(before), after), after)).toBe(true);
});
