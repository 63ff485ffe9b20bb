import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { describe, expect, test, vi } from "vitest";
import type { TextEdit } from "vscode-languageserver-types";
import type { LanguageParts } from "../../src/language/client/language-parts";
import { applyRename, type FileChange } from "../../src/language/navigation/rename";
import {
  changedLines,
  edited,
  nameProblem,
  replacesOnly,
} from "../../src/language/navigation/rename-changes";

function edit(line: number, from: number, to: number, newText: string): TextEdit {
  return { range: { start: { line, character: from }, end: { line, character: to } }, newText };
}

const CONTENT = "def mean(x):\r\n    return x\r\n\r\nprint(mean(1), mean(2))\r\n";
const EDITS = [edit(3, 15, 19, "average"), edit(0, 4, 8, "average"), edit(3, 6, 10, "average")];

describe("what a rename changes in a file", () => {
  test("keeps the line breaks that the file has", () => {
    expect(edited(CONTENT, EDITS)).toBe(
      "def average(x):\r\n    return x\r\n\r\nprint(average(1), average(2))\r\n",
    );
  });

  test("is told line by line", () => {
    expect(
      changedLines(CONTENT, EDITS).map(({ line, parts }) => [line, parts.map(({ text }) => text)]),
    ).toEqual([
      [1, ["def ", "average", "(x):"]],
      [4, ["print(", "average", "(1), ", "average", "(2))"]],
    ]);
  });

  test("is nothing but the old name", () => {
    expect(replacesOnly(CONTENT, EDITS, "mean")).toBe(true);
    expect(replacesOnly(`# new\r\n${CONTENT}`, EDITS, "mean")).toBe(false);
  });
});

test.each([
  ["größe", null],
  ["_", null],
  ["变量2", null],
  ["", "A name is needed."],
  ["class", "class is a keyword."],
  ["2x", "2x is no name that Python allows."],
  ["a b", "a b is no name that Python allows."],
])("whether %j can be a name", (name, problem) => {
  expect(nameProblem(name)).toBe(problem);
});

describe("doing a rename", () => {
  const own = "from helper import mean\n";
  const editor = new EditorView({ state: EditorState.create({ doc: own }) });
  const disk = (path: string): FileChange => ({
    label: path,
    path,
    file: { content: CONTENT, editor: null, version: "1", isKnown: true },
    edits: EDITS,
    lines: [],
  });
  const script: FileChange = {
    label: "script.py",
    path: null,
    file: { content: own, editor, version: null, isKnown: true },
    edits: [edit(0, 19, 23, "average")],
    lines: [],
  };
  const partsWith = (write: LanguageParts["files"]["write"]) => ({ files: { write } }) as LanguageParts;

  test("keeps what is changed in the script while the other files are saved", async () => {
    const write = async () => {
      editor.dispatch({ changes: { from: 0, insert: "# by another program\n" } });
      return "2";
    };
    await applyRename([script, disk("helper.py")], partsWith(write));
    expect(editor.state.doc.toString()).toBe("# by another program\nfrom helper import average\n");
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: own } });
  });

  test("saves other files over what was read of them, and edits the script", async () => {
    const write = vi.fn(async () => "2");
    await applyRename([script, disk("helper.py")], partsWith(write));
    expect(write.mock.calls).toEqual([["helper.py", edited(CONTENT, EDITS), "1"]]);
    expect(editor.state.doc.toString()).toBe("from helper import average\n");
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: own } });
  });

  test("changes nothing where one of the files cannot be saved", async () => {
    const saved = new Map<string, string>();
    const write = async (path: string, content: string) => {
      if (path === "other.py") throw new Error("It changed on disk.");
      saved.set(path, content);
      return "2";
    };
    const renaming = applyRename([script, disk("helper.py"), disk("other.py")], partsWith(write));
    await expect(renaming).rejects.toThrow(
      "other.py could not be saved, so nothing was renamed. It changed on disk.",
    );
    expect(saved.get("helper.py")).toBe(CONTENT);
    expect(editor.state.doc.toString()).toBe(own);
  });

  test("changes nothing where the text has changed since it was shown", async () => {
    const write = vi.fn(async () => "2");
    editor.dispatch({ changes: { from: 0, insert: "# new\n" } });
    await expect(applyRename([script, disk("helper.py")], partsWith(write))).rejects.toThrow("meanwhile");
    expect(write).not.toHaveBeenCalled();
  });
});
