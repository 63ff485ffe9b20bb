import { describe, expect, it } from "vitest";
import { delimiterOf, rowsOf } from "../../src/files/csv";

describe("comma-separated values", () => {
  it("may be quoted, with delimiters, quotes and line breaks in them", () => {
    expect(rowsOf('a,b\r\n"x, y","say ""hi"""\n"two\nlines",\n', ",")).toEqual([
      ["a", "b"],
      ["x, y", 'say "hi"'],
      ["two\nlines", ""],
    ]);
    expect(rowsOf("\uFEFFa\tb", "\t")).toEqual([["a", "b"]]);
    expect(rowsOf("a,b,", ",")).toEqual([["a", "b", ""]]);
    expect(rowsOf("", ",")).toEqual([]);
    expect(rowsOf('"open', ",")).toEqual([["open"]]);
  });

  it("are parted by what their first line has most of", () => {
    expect(delimiterOf("a.csv", "a;b;c,d\n")).toBe(";");
    expect(delimiterOf("a.tsv", "a,b\n")).toBe("\t");
  });
});
