import { Text } from "@codemirror/state";
import { describe, expect, test } from "vitest";
import { changesOf, editsByFile } from "../../src/language/protocol/edits";
import { offsetAt, positionAt, rangeIn } from "../../src/language/protocol/positions";

const at = (line: number, character: number) => ({ line, character });
const doc = Text.of(["import os", "import sys", "", "x = '𝄞' + sys.path"]);

describe("a place", () => {
  test("is a line and a character in UTF-16", () => {
    expect(positionAt(doc, offsetAt(doc, at(3, 11)))).toEqual(at(3, 11));
    expect(doc.sliceString(offsetAt(doc, at(3, 11)), doc.length)).toBe("sys.path");
  });

  test("that the text does not have is the nearest one", () => {
    expect(offsetAt(doc, at(9, 0))).toBe(doc.length);
    expect(offsetAt(doc, at(2, 7))).toBe(doc.line(3).from);
    expect(rangeIn(doc, { start: at(1, 4), end: at(0, 0) })).toEqual({ from: 14, to: 14 });
  });
});

describe("edits", () => {
  test("of several places become one change of the text", () => {
    const changes = changesOf(doc, [
      { range: { start: at(0, 0), end: at(1, 0) }, newText: "" },
      { range: { start: at(3, 0), end: at(3, 1) }, newText: "paths" },
    ]);
    expect(changes.apply(doc).toString()).toBe("import sys\n\npaths = '𝄞' + sys.path");
  });

  test("that replace many lines leave alone those that are the same", () => {
    const changes = changesOf(doc, [
      { range: { start: at(0, 0), end: at(3, 0) }, newText: "import json\nimport os\nimport sys\n\n" },
    ]);
    expect(changes.apply(doc).line(1).text).toBe("import json");
    expect(changes.touchesRange(doc.line(2).from, doc.line(2).to)).toBe(false);
    expect(changes.mapPos(doc.line(1).from, 1)).toBe("import json\n".length);
  });

  test("are told by file, in either form", () => {
    const edit = { range: { start: at(0, 0), end: at(0, 0) }, newText: "#" };
    const uri = "file:///a.py";
    const documentChanges = [{ textDocument: { uri, version: null }, edits: [edit] }];
    expect(editsByFile({ changes: { [uri]: [edit] } })?.get(uri)).toEqual([edit]);
    expect(editsByFile({ documentChanges })?.get(uri)).toEqual([edit]);
  });

  test("that make, move or delete files are none that can be done", () => {
    expect(editsByFile({ documentChanges: [{ kind: "delete", uri: "file:///a.py" }] })).toBeNull();
  });
});
