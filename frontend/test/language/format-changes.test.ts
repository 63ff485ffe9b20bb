import { Text } from "@codemirror/state";
import { describe, expect, test } from "vitest";
import { formatChanges } from "../../src/language/formatting/format-changes";

const textOf = (...lines: string[]) => Text.of(lines);

/** Where each line of *before* that begins with a mark is in *after*, as results are moved. */
function places(before: Text, after: Text): [number, number][] {
  const changes = formatChanges(before, after);
  expect(changes.apply(before).toString()).toBe(after.toString());
  return [...Array(before.lines).keys()].map((index) => {
    const line = before.line(index + 1);
    const [from, to] = [changes.mapPos(line.from, 1), changes.mapPos(line.to, -1)];
    return [after.lineAt(from).number, after.lineAt(to).number];
  });
}

describe("what a formatter changes", () => {
  test("is what differs, so that the cursor stays", () => {
    const [before, after] = [textOf("x=1", "y  = x"), textOf("x = 1", "y = x")];
    const changes = formatChanges(before, after);
    expect(changes.mapPos(before.length)).toBe(after.length);
    expect(changes.mapPos(4)).toBe(6);
  });

  test("moves no statement to the place of another that then reads the same", () => {
    const before = textOf("print( 1 )", "print(1)", "x=[ 1,", " 2]");
    const after = textOf("print(1)", "print(1)", "x = [1, 2]");
    expect(places(before, after).slice(0, 3)).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  test("puts empty lines between the statements", () => {
    const before = textOf("x=1", "def f():", "  return x", "f()");
    const after = textOf("x = 1", "", "", "def f():", "    return x", "", "", "f()");
    expect(places(before, after)).toEqual([
      [1, 1],
      [4, 4],
      [5, 5],
      [8, 8],
    ]);
  });

  test("may make one line of several, and several of one", () => {
    const before = textOf("f(1,", "  2)", "# note", "g(aaa, bbb)  # end");
    const after = textOf("f(1, 2)", "# note", "g(", "    aaa,", "    bbb,", ")  # end");
    const found = places(before, after);
    expect([found[0], found[2]]).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(found[3]?.[0]).toBe(3);
    expect(found[3]?.[1]).toBe(6);
  });

  test("is nothing where nothing is to be changed", () => {
    expect(formatChanges(textOf("x = 1"), textOf("x = 1")).empty).toBe(true);
  });
});
