import { describe, expect, it } from "vitest";
import { isWithin, kindOf, movedPath, neighbour, shortNames } from "../../src/files/paths";

describe("tabs", () => {
  it("have names that tell them apart", () => {
    expect(shortNames(["a/x.py", "b/x.py", "c/y.py"])).toEqual(["a/x.py", "b/x.py", "y.py"]);
    expect(shortNames(["x.py", "a/x.py"])).toEqual(["x.py", "a/x.py"]);
  });

  it("give their place to the next one", () => {
    expect(neighbour(["a", "b", "c"], "b")).toBe("c");
    expect(neighbour(["a", "b"], "b")).toBe("a");
    expect(neighbour(["a"], "a")).toBeNull();
  });

  it("go with their files, and no others", () => {
    expect(movedPath("src/a.py", "src", "lib")).toBe("lib/a.py");
    expect(movedPath("src/a.py", "src/a.py", "b.py")).toBe("b.py");
    expect(movedPath("srcs/a.py", "src", "lib")).toBe("srcs/a.py");
    expect(isWithin("a/b", "")).toBe(true);
  });

  it("open as what their names say", () => {
    expect(["a.py", "a.PNG", "a.csv", "Makefile"].map(kindOf)).toEqual(["script", "image", "table", "text"]);
  });
});
