import { pythonLanguage } from "@codemirror/lang-python";
import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { typedPlace } from "../../../src/language/completion/place";

/** What is completed at the bar in *text*: what has been typed of it, or null. */
function completed(text: string, isAsked = false): string | null {
  const position = text.indexOf("|");
  const state = EditorState.create({ doc: text.replace("|", ""), extensions: pythonLanguage });
  ensureSyntaxTree(state, state.doc.length, 60_000); // a busy machine has not read it yet
  const place = typedPlace(state, position, isAsked, [".", '"', "'"]);
  return place && state.sliceDoc(place.from, position);
}

test.each([
  ["pri|", "pri"],
  ["df.|", ""],
  ["df.he|", "he"],
  ["import nu|", "nu"],
  ["from os import pa|", "pa"],
  ["straße.grö|", "grö"],
  ['df["|"]', ""],
  ["df['am|", "am"],
  ['df["unit pri|"]', "unit pri"],
  ["f'{na|}'", "na"],
  ["x = [value for value in va|]", "va"],
  ["open('|')", ""],
])("%s has names to choose from", (text, typed) => expect(completed(text)).toBe(typed));

test.each([
  ["x = |"],
  ["12|"],
  ["1e5|"],
  ["12.|"],
  ["# a comm|"],
  ['"""Prose about th|"""'],
  ["print('some wo|')"],
  ["def fo|"],
  ["class Fo|:"],
  ["import numpy as n|"],
  ["for na|"],
  ["with open(path) as fi|"],
])("%s has none while one types", (text) => expect(completed(text)).toBeNull());

test.each([
  ["x = |", ""],
  ["print('some wo|')", "some wo"],
  ["def fo|", "fo"],
])("%s has some for who asks", (text, typed) => expect(completed(text, true)).toBe(typed));

test("after a text that is closed one is in code again", () => {
  expect(completed("'abc'|")).toBeNull();
  expect(completed("'abc'.up|")).toBe("up");
});
