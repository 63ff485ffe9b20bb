import { describe, expect, it } from "vitest";
import {
  EMPTY,
  neighbourOf,
  type Row,
  rowAfter,
  rowsOf,
  toList,
  withFolder,
  withNaming,
  withOpen,
  without,
} from "../../../src/files/panel/tree";

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
  const names = (rows: readonly Row[]) =>
    rows.map((row) => {
      if (row.kind === "entry") return `${row.level} ${row.entry.path}`;
      return row.kind === "word" ? row.text : `${row.level} field ${row.name}`;
    });

  it("shows what is in open folders below them", () => {
    expect(names(rowsOf(tree))).toEqual(["1 a", "2 a/c.py", "1 b.py"]);
    expect(names(rowsOf(withOpen(tree, "a", false)))).toEqual(["1 a", "1 b.py"]);
  });

  it("tells each entry's place in its folder", () => {
    const places = rowsOf(tree).map((row) => (row.kind === "entry" ? [row.position, row.size] : []));
    expect(places).toEqual([
      [1, 2],
      [1, 1],
      [2, 2],
    ]);
  });

  it("has a line for a name that is typed", () => {
    const rows = rowsOf(tree);
    expect(names(withNaming(rows, null))).toEqual(["1 a", "2 a/c.py", "1 b.py"]);
    const within = withNaming(rows, { kind: "file", folder: "a" });
    expect(names(within)).toEqual(["1 a", "2 field ", "2 a/c.py", "1 b.py"]);
    const top = withNaming(rows, { kind: "folder", folder: "" });
    expect(names(top)).toEqual(["1 field ", "1 a", "2 a/c.py", "1 b.py"]);
    const other = withNaming(rows, { kind: "rename", path: "a/c.py" });
    expect(names(other)).toEqual(["1 a", "2 field c.py", "1 b.py"]);
    expect(withNaming(rows, { kind: "rename", path: "gone" })).toBe(rows);
  });

  it("knows what is next to what goes", () => {
    const rows = rowsOf(tree);
    expect(neighbourOf(rows, "a")).toBe("b.py");
    expect(neighbourOf(rows, "a/c.py")).toBe("b.py");
    expect(neighbourOf(rows, "b.py")).toBe("a/c.py");
    expect(neighbourOf([], "b.py")).toBeNull();
  });

  it("leaves out what a version control system keeps for itself", () => {
    const entries = [entry(".git", "folder"), entry(".github", "folder"), entry(".gitignore", "file")];
    expect(names(rowsOf(withFolder(EMPTY, "", { ...root, entries })))).toEqual(["1 .github", "1 .gitignore"]);
    const alone = { ...root, entries: [entry(".git", "folder")] };
    expect(names(rowsOf(withFolder(EMPTY, "", alone)))).toEqual(["Empty"]);
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
