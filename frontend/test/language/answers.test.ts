/** Answers of the language servers as the page takes them. */
import { Text } from "@codemirror/state";
import { describe, expect, test } from "vitest";
import type { DocumentSymbol, SymbolKind } from "vscode-languageserver-types";
import { foldsIn } from "../../src/language/highlighting/folding";
import { wordsOf } from "../../src/language/highlighting/inlay-hints";
import { classOf } from "../../src/language/highlighting/semantic-tokens";
import { placesIn } from "../../src/language/navigation/places";
import { flatSymbols } from "../../src/language/navigation/symbols";
import { sortedActions } from "../../src/language/problems/code-actions";
import { labelOf, workspacePath } from "../../src/language/protocol/uris";

const range = (line: number) => ({ start: { line, character: 0 }, end: { line, character: 1 } });

describe("a file", () => {
  const root = "file:///home/me/my%20work";

  test("of the workspace is known by its path there", () => {
    expect(workspacePath(root, "file:///home/me/my%20work/sub/a.py", null)).toBe("sub/a.py");
    expect(labelOf(root, "file:///home/me/my%20work/sub/a.py")).toBe("sub/a.py");
  });

  test("of a library is read, also where the environment is within the workspace", () => {
    expect(workspacePath(root, "file:///usr/lib/python3.12/os.py", null)).toBeNull();
    expect(workspacePath(root, "file:///home/me/my%20work2/a.py", null)).toBeNull();
    const installed = "file:///home/me/my%20work/env/lib/python3.12/site-packages/a.py";
    expect(workspacePath(root, installed, null)).toBeNull();
    const own = "file:///home/me/my%20work/env/lib/python3.12/os.py";
    expect(workspacePath(root, own, "/home/me/my work/env")).toBeNull();
  });
});

test("places come in each of the forms that the protocol has, and each once", () => {
  const uri = "file:///a.py";
  const place = { uri, ...range(3) };
  expect(placesIn(null)).toEqual([]);
  expect(placesIn({ uri, range: range(3) })).toEqual([place]);
  const link = { targetUri: uri, targetRange: range(1), targetSelectionRange: range(3) };
  expect(placesIn([link, link])).toEqual([place]);
});

test("symbols are called with what they are in", () => {
  const symbol = (name: string, kind: SymbolKind, children: DocumentSymbol[] = []): DocumentSymbol => {
    return { name, kind, range: range(0), selectionRange: range(0), children };
  };
  const flat = flatSymbols([symbol("Thing", 5, [symbol("size", 6)]), symbol("x", 13)]);
  expect(flat.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
    "class Thing",
    "method Thing.size",
    "variable x",
  ]);
});

test("of what can be done, that comes first which is likely meant", () => {
  const actions = [
    { title: "Ruff (F401): Disable for this line", kind: "quickfix" },
    { title: "Ruff: Fix all", kind: "source.fixAll.ruff" },
    { title: "Ignore 'x' for this line", kind: "quickfix" },
    { title: "import x", kind: "quickfix" },
    { title: "Remove it", kind: "quickfix", isPreferred: true },
    { title: "import x", kind: "quickfix" },
    { title: "Cannot", kind: "quickfix", disabled: { reason: "It cannot." } },
  ];
  expect(sortedActions(actions).map(({ title }) => title)).toEqual([
    "Remove it",
    "import x",
    "Ruff (F401): Disable for this line",
    "Ignore 'x' for this line",
    "Ruff: Fix all",
  ]);
});

test("names have the colours of what they are, and a plain variable none", () => {
  expect(classOf({ type: "class", modifiers: [] })).toBe("rdit-token-class");
  expect(classOf({ type: "variable", modifiers: ["readonly"] })).toBe("rdit-token-constant");
  expect(classOf({ type: "variable", modifiers: ["definition"] })).toBeNull();
});

test("a hint that knows nothing is none", () => {
  expect(wordsOf({ label: [{ value: ": " }, { value: "int" }] })).toBe(": int");
  expect(wordsOf({ label: [{ value: ": " }, { value: "Unknown" }] })).toBeNull();
});

test("imports and comments fold, and what the grammar folds by itself is left to it", () => {
  const doc = Text.of(["import a", "import b", "def f():", "    pass"]);
  const folds = foldsIn(doc, [
    { startLine: 0, endLine: 1, kind: "imports" },
    { startLine: 2, endLine: 3 },
    { startLine: 3, endLine: 9, kind: "comment" },
  ]);
  expect(folds).toEqual([{ from: 8, to: 17 }]);
});
