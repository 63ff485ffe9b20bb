import { Text } from "@codemirror/state";
import { expect, test } from "vitest";
import { tokensIn } from "../../src/language/highlighting/token-data";

const legend = { tokenTypes: ["namespace", "variable"], tokenModifiers: ["definition", "readonly"] };
const doc = Text.of(["import os", "A = os"]);

test("tokens are counted from the one before", () => {
  const tokens = tokensIn(doc, [0, 7, 2, 0, 0, 1, 0, 1, 1, 3, 0, 4, 2, 0, 0], legend);
  expect(tokens).toEqual([
    { from: 7, to: 9, type: "namespace", modifiers: [] },
    { from: 10, to: 11, type: "variable", modifiers: ["definition", "readonly"] },
    { from: 14, to: 16, type: "namespace", modifiers: [] },
  ]);
});

test("what the text does not have is left out", () => {
  expect(tokensIn(doc, [0, 7, 9, 0, 0, 5, 0, 1, 1, 0], legend)).toEqual([]);
});
