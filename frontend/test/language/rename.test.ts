import { expect, test } from "vitest";
import { nameProblem, replacesOnly } from "../../src/language/navigation/rename";

test("a rename is nothing but the old name", () => {
  const content = "def mean(x):\r\n    return x\r\n";
  const edits = [
    { range: { start: { line: 0, character: 4 }, end: { line: 0, character: 8 } }, newText: "average" },
  ];
  expect(replacesOnly(content, edits, "mean")).toBe(true);
  expect(replacesOnly(`# new\r\n${content}`, edits, "mean")).toBe(false);
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
