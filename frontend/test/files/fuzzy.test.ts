import { describe, expect, it } from "vitest";
import { fitOf, offered } from "../../src/files/fuzzy";
import { withRecent } from "../../src/files/recent";

describe("fuzzy order", () => {
  const order = (query: string, ...paths: string[]) => offered(query, paths, [], 10).map(({ path }) => path);

  it("prefers letters that follow each other, and beginnings of words", () => {
    expect(order("plot", "people_look_out.py", "plot.py")).toEqual(["plot.py", "people_look_out.py"]);
    expect(order("rtb", "art_b.py", "read_table.py")[0]).toBe("read_table.py");
  });

  it("prefers the file's own name to its folders", () => {
    expect(order("main", "main/zoo.py", "src/main.py")).toEqual(["src/main.py", "main/zoo.py"]);
  });

  it("wants every word, in any order, whatever their case", () => {
    expect(fitOf("UTIL src", "src/util.py")?.marks).toEqual([0, 1, 2, 4, 5, 6, 7]);
    expect(fitOf("util missing", "src/util.py")).toBeNull();
    expect(fitOf("", "anything")?.marks).toEqual([]);
  });

  it("offers recent files first, the latest first, then what the server found in its order, each once", () => {
    const found = offered("", ["b.py", "a.py"], ["z.py", "a.py", "c.py"], 4);
    expect(found.map(({ path }) => path)).toEqual(["b.py", "a.py", "z.py", "c.py"]);
    expect(offered("c", ["b.py"], ["c.py", "a/c.py"], 1).map(({ path }) => path)).toEqual(["c.py"]);
  });

  it("remembers what was opened last", () => {
    expect(withRecent(["a", "b", "c"], "b", 2)).toEqual(["b", "a"]);
  });
});
