import { ChangeSet, Text } from "@codemirror/state";
import { describe, expect, test } from "vitest";
import type { Diagnostic } from "vscode-languageserver-types";
import { messageParts } from "../../src/language/findings/message-parts";
import {
  countWords,
  isCounted,
  mappedProblems,
  problemsIn,
  ruleWords,
} from "../../src/language/findings/problem";
import { nextStop } from "../../src/language/findings/stepping";

const doc = Text.of(["import sys", "x = undefined", "", "y = 1"]);

function diagnostic(line: number, from: number, to: number, more: Partial<Diagnostic> = {}): Diagnostic {
  const range = { start: { line, character: from }, end: { line, character: to } };
  return { range, message: "It is so.", severity: 1, ...more };
}

describe("problems", () => {
  test("stand in the order of the lines, the worst first where they begin together", () => {
    const found = problemsIn(doc, [
      diagnostic(3, 0, 1, { severity: 3 }),
      diagnostic(1, 4, 13, { severity: 2 }),
      diagnostic(1, 4, 13),
    ]);
    expect(found.map(({ severity }) => severity)).toEqual(["error", "warning", "info"]);
  });

  test("have their rule and where it is explained", () => {
    const codeDescription = { href: "https://docs.astral.sh/ruff/rules/unused-import" };
    const [one] = problemsIn(doc, [
      diagnostic(0, 7, 10, { source: "Ruff", code: "F401", codeDescription, tags: [1] }),
    ]);
    expect(one && ruleWords(one)).toBe("ruff F401");
    expect(one).toMatchObject({ href: codeDescription.href, unnecessary: true, deprecated: false });
  });

  test("that are a missing module have what brings it", () => {
    const missing = (name: string, isKnown: boolean) =>
      problemsIn(doc, [{ ...diagnostic(0, 7, 10), package: { name, isKnown } } as Diagnostic])[0]?.install;
    expect(missing("opencv-python", true)).toBe("The package `opencv-python` brings it.");
    expect(missing("guess", false)).toBe("It may be in the package `guess`.");
    expect(problemsIn(doc, [diagnostic(0, 7, 10)])[0]?.install).toBeNull();
  });

  test("say nothing of their fix, and have their code told from their words", () => {
    const [one] = problemsIn(doc, [
      diagnostic(0, 7, 10, { message: "`sys` is unused\n\nhelp: Remove unused import: `sys`" }),
    ]);
    expect(one?.message).toBe("`sys` is unused");
    expect(messageParts("`sys` is ` unused")).toEqual([
      { text: "sys", isCode: true },
      { text: " is ` unused", isCode: false },
    ]);
  });

  test("link nowhere but to the web", () => {
    const codeDescription = { href: "javascript:alert(1)" };
    expect(problemsIn(doc, [diagnostic(0, 0, 1, { codeDescription })])[0]?.href).toBeNull();
  });

  test("without length have a character that shows them", () => {
    const [first, last, empty] = problemsIn(doc, [
      diagnostic(0, 0, 0),
      diagnostic(1, 13, 13),
      diagnostic(2, 0, 0),
    ]);
    expect([first?.from, first?.to]).toEqual([0, 1]);
    expect([last?.from, last?.to]).toEqual([23, 24]);
    expect([empty?.from, empty?.to]).toEqual([25, 25]);
  });

  test("move with the text, and go with it", () => {
    const found = problemsIn(doc, [diagnostic(0, 7, 10), diagnostic(1, 4, 13)]);
    const changes = ChangeSet.of(
      [
        { from: 0, to: 11 },
        { from: 15, insert: "_" },
      ],
      doc.length,
    );
    const moved = mappedProblems(found, changes);
    expect(moved.map(({ from, to }) => [from, to])).toEqual([[5, 14]]);
  });

  test("that are hints are not counted", () => {
    expect(isCounted({ severity: "hint" })).toBe(false);
    expect([countWords(1), countWords(2)]).toEqual(["1 problem", "2 problems"]);
  });
});

describe("stepping", () => {
  const stops = [{ from: 30 }, { from: 10 }, { from: 20 }];

  test("goes on to the next stop, and from the last to the first", () => {
    expect(nextStop(stops, 10, 1)).toEqual({ from: 20 });
    expect(nextStop(stops, 35, 1)).toEqual({ from: 10 });
  });

  test("goes back to the one before, and from the first to the last", () => {
    expect(nextStop(stops, 20, -1)).toEqual({ from: 10 });
    expect(nextStop(stops, 10, -1)).toEqual({ from: 30 });
  });

  test("stays where there is none", () => {
    expect(nextStop([], 0, 1)).toBeNull();
  });
});
