import { Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { DEFAULTS, settingsIn } from "../../src/app/settings";
import { changesBetween } from "../../src/documents/line-diff";
import { fitOf, offered, withRecent } from "../../src/files/fuzzy";
import { isWithin, kindOf, movedPath, neighbour, shortNames } from "../../src/files/paths";
import { EMPTY, rowAfter, rowsOf, toList, withFolder, withOpen, without } from "../../src/files/tree";
import { rowsOf as csvRows, delimiterOf } from "../../src/panes/csv";
import { linesToRun } from "../../src/panes/rerun";

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

  it("follow their files, and no others", () => {
    expect(movedPath("src/a.py", "src", "lib")).toBe("lib/a.py");
    expect(movedPath("src/a.py", "src/a.py", "b.py")).toBe("b.py");
    expect(movedPath("srcs/a.py", "src", "lib")).toBe("srcs/a.py");
    expect(isWithin("a/b", "")).toBe(true);
  });

  it("open as what their names say", () => {
    expect(["a.py", "a.PNG", "a.csv", "Makefile"].map(kindOf)).toEqual(["script", "image", "table", "text"]);
  });
});

describe("the tree of files", () => {
  const entry = (path: string, kind: "file" | "folder") => ({
    name: path.split("/").at(-1) as string,
    path,
    kind,
    size: 0,
    modified: 0,
    symlink: false,
    ignored: false,
  });
  const root = { path: "", entries: [entry("a", "folder"), entry("b.py", "file")], truncated: false };
  const inner = { path: "a", entries: [entry("a/c.py", "file")], truncated: false };
  const tree = withFolder(withOpen(withFolder(EMPTY, "", root), "a", true), "a", inner);
  const names = (rows: ReturnType<typeof rowsOf>) =>
    rows.map((row) => (row.kind === "entry" ? `${row.level} ${row.entry.path}` : row.text));

  it("shows what is in open folders below them", () => {
    expect(names(rowsOf(tree))).toEqual(["1 a", "2 a/c.py", "1 b.py"]);
    expect(names(rowsOf(withOpen(tree, "a", false)))).toEqual(["1 a", "1 b.py"]);
  });

  it("says what it is still reading, and what is empty", () => {
    expect(names(rowsOf(EMPTY))).toEqual(["Reading…"]);
    expect(names(rowsOf(withFolder(EMPTY, "", { ...root, entries: [] })))).toEqual(["Empty"]);
  });

  it("is gone through by keys", () => {
    const rows = rowsOf(tree);
    expect(rowAfter(rows, 0, "ArrowDown")).toBe(1);
    expect(rowAfter(rows, 1, "ArrowLeft")).toBe(0);
    expect(rowAfter(rows, 0, "ArrowRight")).toBe(1);
    expect(rowAfter(rows, 0, "End")).toBe(2);
    expect(rowAfter(rows, 0, "b")).toBe(2);
    expect(rowAfter(rows, 0, "ArrowLeft")).toBeNull();
    expect(rowAfter(rows, 2, "Enter")).toBeNull();
  });

  it("lists folders again in which something changed, while they are open", () => {
    expect(toList(tree, "a/new.py", "created")).toEqual(["a"]);
    expect(toList(tree, "a", "modified")).toEqual(["a"]);
    expect(toList(tree, "b.py", "deleted")).toEqual([""]);
    expect(toList(tree, "elsewhere/x", "created")).toEqual([]);
    expect(toList(without(tree, "a"), "a/new.py", "created")).toEqual([]);
  });
});

describe("comma-separated values", () => {
  it("may be quoted, with delimiters, quotes and line breaks in them", () => {
    expect(csvRows('a,b\r\n"x, y","say ""hi"""\n"two\nlines",\n', ",")).toEqual([
      ["a", "b"],
      ["x, y", 'say "hi"'],
      ["two\nlines", ""],
    ]);
    expect(csvRows("\uFEFFa\tb", "\t")).toEqual([["a", "b"]]);
    expect(csvRows("a,b,", ",")).toEqual([["a", "b", ""]]);
    expect(csvRows("", ",")).toEqual([]);
    expect(csvRows('"open', ",")).toEqual([["open"]]);
  });

  it("are parted by what their first line has most of", () => {
    expect(delimiterOf("a.csv", "a;b;c,d\n")).toBe(";");
    expect(delimiterOf("a.tsv", "a,b\n")).toBe("\t");
  });
});

describe("what runs after others changed the script", () => {
  const [before, after] = [Text.of(["a", "b", "c"]), Text.of(["a", "B", "c"])];
  const changes = changesBetween(before, after);

  it("is what the settings say", () => {
    expect(linesToRun("nothing", after, changes)).toBe("none");
    expect(linesToRun("all", after, changes)).toBeNull();
    expect(linesToRun("changed", after, changes)).toEqual({ from: 2, to: 3 });
    expect(linesToRun("all", after, changesBetween(after, after))).toBe("none");
  });

  it("does not depend on what another version has kept", () => {
    expect(settingsIn('{"autosave":true,"runOutside":"sometimes"}')).toEqual({ ...DEFAULTS, autosave: true });
    expect(settingsIn("not JSON")).toEqual(DEFAULTS);
    expect(settingsIn(null)).toEqual(DEFAULTS);
  });
});
