import { closeBrackets, deleteBracketPair } from "@codemirror/autocomplete";
import { EditorView } from "@codemirror/view";
import { afterEach, expect, test } from "vitest";
import { closingQuotes } from "../../../src/editor/writing/closing-quotes";
import { python } from "../../../src/editor/writing/python";
import { marked, stateOf } from "./marked";

let view: EditorView;
afterEach(() => view.destroy());

/** What *keys*, one after another, make of *doc*. */
function typed(doc: string, keys: string): string {
  view = new EditorView({ state: stateOf(doc, [python(), closingQuotes(), closeBrackets()]) });
  for (const key of keys) {
    const { from, to } = view.state.selection.main;
    const plain = () => view.state.update(view.state.replaceSelection(key));
    if (key === "\b") deleteBracketPair(view);
    else if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, key, plain)))
      view.dispatch(plain());
  }
  return marked(view.state);
}

test.each(["", "r", "b", "f", "u", "t", "rb", "bR", "Rb", "BR", "fr", "Rf", "tr", "F"])(
  "the quotation marks behind the prefix %j are closed, and passed over",
  (prefix) => {
    expect(typed("|", `${prefix}"`)).toBe(`${prefix}"|"`);
    view.destroy();
    expect(typed("|", `${prefix}'a'`)).toBe(`${prefix}'a'|`);
    if (/t/.test(prefix)) return; // the grammar has no templates yet
    view.destroy();
    expect(typed("|", `${prefix}"""`)).toBe(`${prefix}"""|"""`);
  },
);

test.each([
  ["braces in an f-string", 'f"|"', "{", 'f"{|}"'],
  ["braces that are meant so", 'f"|"', "{{", 'f"{{|}}"'],
  ["a call within them", 'f"{|}"', "g(", 'f"{g(|)}"'],
  ["a key within them", 'f"{|}"', "d['a", "f\"{d['a|']}\""],
  ["braces in a template", 't"|"', "{", 't"{|}"'],
  ["an f-string of three marks", 'f"""|"""', "{x", 'f"""{x|}"""'],
  ["a raw one", 'rf"|"', "{", 'rf"{|}"'],
  ["brackets in a plain text stay alone before its end", '"|"', "(", '"(|"'],
  ["an apostrophe in a text", '"the | dogs"', "'", '"the \'| dogs"'],
  ["the other mark in a text", "'say | it'", '"', "'say \"| it'"],
  ["an apostrophe in a comment", "# rock | roll", "'n", "# rock 'n| roll"],
  ["a mark behind a word", "x = don|", "'", "x = don'|"],
  ["a text behind a text", '"a" |', '"', '"a" "|"'],
  ["a text in brackets", "f(|)", '"a"', 'f("a"|)'],
  ["a key in brackets", "d[|]", "'a'", "d['a'|]"],
  ["around what is selected", "x = ‹a b›", '"', 'x = "‹a b›"'],
])("%s", (_, before, keys, after) => {
  expect(typed(before, keys)).toBe(after);
});

test.each([
  ["|", '"\b', "|"],
  ["|", "(\b", "|"],
  ['f"|"', "{\b", 'f"|"'],
])("in %j the keys %j leave %j: Backspace takes both", (before, keys, after) => {
  expect(typed(before, keys)).toBe(after);
});
