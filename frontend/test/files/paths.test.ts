import { describe, expect, it } from "vitest";
import { copyName, isWithin, kindOf, movedPath, neighbour, shortNames } from "../../src/files/paths";

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

  it("are copied beside the original, with their extensions", () => {
    expect(copyName("notes.txt", 1)).toBe("notes copy.txt");
    expect(copyName("notes.tar.gz", 3)).toBe("notes.tar copy 3.gz");
    expect(copyName(".env", 2)).toBe(".env copy 2");
    expect(copyName("Makefile", 1)).toBe("Makefile copy");
  });

  it("open as what their names say", () => {
    expect(["a.py", "a.PNG", "a.csv", "Makefile"].map(kindOf)).toEqual(["script", "image", "table", "text"]);
  });
});
