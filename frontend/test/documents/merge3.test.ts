import { describe, expect, it } from "vitest";
import { merge3 } from "../../src/documents/merge3";

const lines = (text: string) => text.split(" ").filter(Boolean);
const merged = (base: string, mine: string, theirs: string) =>
  merge3(lines(base), lines(mine), lines(theirs));
const clean = (base: string, mine: string, theirs: string) => {
  const { lines: result, overlaps } = merged(base, mine, theirs);
  return overlaps.length > 0 ? "overlap" : result.join(" ");
};

describe("merge3", () => {
  it("takes the changes of whoever changed something", () => {
    expect(clean("a b c", "a B c", "a b c")).toBe("a B c");
    expect(clean("a b c", "a b c", "a c")).toBe("a c");
    expect(clean("a b c", "a b c", "a b c")).toBe("a b c");
  });

  it("puts changes at different places together", () => {
    expect(clean("a b c d e", "A b c d e", "a b c d E")).toBe("A b c d E");
    expect(clean("a b c d e", "x a b c d e", "a b d e y")).toBe("x a b d e y");
    expect(clean("a b c d", "a c d", "a b c d e f")).toBe("a c d e f");
  });

  it("takes a change that both made once", () => {
    expect(clean("a b c", "a X c", "a X c")).toBe("a X c");
    expect(clean("a b c d e", "a X c d E", "a X c d e")).toBe("a X c d E");
  });

  it("does not take neighbouring lines for the same line", () => {
    expect(clean("a b c d", "a B c d", "a b C d")).toBe("a B C d");
  });

  it("takes edits of neighbouring lines one by one", () => {
    const { lines: result, overlaps } = merged("a b c d", "a B c d", "a X C d");
    expect(result.join(" ")).toBe("a B C d");
    expect(overlaps).toEqual([{ mine: ["B"], theirs: ["X"], at: 1 }]);
  });

  it("leaves a line that both changed differently to people, with mine in the text", () => {
    const { lines: result, overlaps } = merged("a b c d", "a B c D", "z a X c d");
    expect(result.join(" ")).toBe("z a B c D");
    expect(overlaps).toEqual([{ mine: ["B"], theirs: ["X"], at: 2 }]);
  });

  it("leaves it to people when one deleted what the other changed", () => {
    expect(clean("a b c", "a c", "a X c")).toBe("overlap");
    expect(clean("a b c d", "a d", "a b X d")).toBe("overlap");
  });

  it("does not guess the order of lines put in at one place", () => {
    expect(clean("a b", "a x b", "a y b")).toBe("overlap");
    expect(clean("a b c", "a x b c", "a Y c")).toBe("overlap");
    expect(clean("a b c", "a B c", "a b y c")).toBe("overlap");
  });

  it("sees one long change against several short ones as one", () => {
    const { lines: result, overlaps } = merged("a b c d e f", "a x f", "a B c d E f");
    expect(result.join(" ")).toBe("a x f");
    expect(overlaps).toEqual([{ mine: ["x"], theirs: ["B", "c", "d", "E"], at: 1 }]);
  });

  it("begins from an empty text", () => {
    expect(clean("", "x", "")).toBe("x");
    expect(clean("", "x", "y")).toBe("overlap");
  });

  it("gives the same either way round when nothing overlaps, and never loses a side's own lines", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * below);
    };
    const edited = (base: readonly string[], name: string) =>
      base.flatMap((line, index) => {
        const kind = random(8);
        if (kind === 0) return [];
        if (kind === 1) return [`${name}${index}`];
        return kind === 2 ? [line, `${name}+${index}`] : [line];
      });
    let cleanOnes = 0;
    for (let round = 0; round < 500; round += 1) {
      const base = Array.from({ length: random(12) }, (_, index) => `line ${index}`);
      const [mine, theirs] = [edited(base, "m"), edited(base, "t")];
      const one = merge3(base, mine, theirs);
      const other = merge3(base, theirs, mine);
      expect(one.overlaps.length).toBe(other.overlaps.length);
      for (const line of mine.filter((text) => text.startsWith("m"))) expect(one.lines).toContain(line);
      if (one.overlaps.length > 0) continue;
      cleanOnes += 1;
      expect(one.lines).toEqual(other.lines);
      for (const line of theirs.filter((text) => text.startsWith("t"))) expect(one.lines).toContain(line);
    }
    expect(cleanOnes).toBeGreaterThan(50);
  });
});
