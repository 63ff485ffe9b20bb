import { Text } from "@codemirror/state";
import { describe, expect, test } from "vitest";
import { changesBetween, differingLines, editedLines } from "../../src/editor/line-diff";

const lines = (text: string) => text.split("");

describe("differingLines", () => {
  test("equal texts do not differ", () => {
    expect(differingLines(lines("abc"), lines("abc"))).toEqual([]);
  });

  test("a line that came in is one change, and what follows is not part of it", () => {
    expect(differingLines(lines("abcd"), lines("abXcd"))).toEqual([{ fromA: 2, toA: 2, fromB: 2, toB: 3 }]);
  });

  test("changes far apart stay apart", () => {
    expect(differingLines(lines("abcdefg"), lines("Xbcdefg".replace("f", "")))).toEqual([
      { fromA: 0, toA: 1, fromB: 0, toB: 1 },
      { fromA: 5, toA: 6, fromB: 5, toB: 5 },
    ]);
  });

  test("texts that have nothing in common are one change, however long", () => {
    const [a, b] = [
      Array.from({ length: 3000 }, (_, i) => `a${i}`),
      Array.from({ length: 2000 }, (_, i) => `b${i}`),
    ];
    expect(differingLines(a, b)).toEqual([{ fromA: 0, toA: 3000, fromB: 0, toB: 2000 }]);
  });
});

/** A small generator of numbers that is the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("lines that were edited are told from those that came and went", () => {
  const before = ["x = 1", "x + 1", "print('old')"];
  const after = ["", "x = 10", "# new", "x + 1 + 5"];
  expect(editedLines(before, after)).toEqual([
    [0, 1],
    [1, 3],
  ]);
});

describe("changesBetween", () => {
  test("keeps hold of a line that was edited", () => {
    const before = Text.of(["x = 1", "x + 1", "y"]);
    const after = Text.of(["", "x = 10", "x + 1 + 5", "y"]);
    const changes = changesBetween(before, after);
    expect(changes.apply(before).toString()).toBe(after.toString());
    expect(after.lineAt(changes.mapPos(before.line(1).from, 1)).number).toBe(2);
    expect(after.lineAt(changes.mapPos(before.line(2).to, -1)).number).toBe(3);
  });

  test("turns any text into any other", () => {
    const below = numbers(7);
    for (let round = 0; round < 2000; round += 1) {
      const random = () =>
        Text.of(
          Array.from(
            { length: 1 + below(9) },
            () => "xyz".repeat(below(3)) + (["é", "xy", ""][below(3)] ?? ""),
          ),
        );
      const [before, after] = [random(), random()];
      expect(changesBetween(before, after).apply(before).toString()).toBe(after.toString());
    }
  });

  test("leaves the lines alone that both texts have", () => {
    const before = Text.of(["import a", "x = 1", "print(x)"]);
    const after = Text.of(["import a", "import b", "", "x = 2", "print(x)"]);
    const changes = changesBetween(before, after);
    expect(changes.mapPos(before.line(3).from, 1)).toBe(after.line(5).from);
    expect(changes.mapPos(before.line(1).to, -1)).toBe(after.line(1).to);
  });
});
