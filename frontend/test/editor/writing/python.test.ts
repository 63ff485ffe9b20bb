import { insertNewlineAndIndent, toggleComment } from "@codemirror/commands";
import type { Transaction } from "@codemirror/state";
import { expect, test } from "vitest";
import { indentation } from "../../../src/editor/writing/indentation";
import { openBracketsOut, python } from "../../../src/editor/writing/python";
import { marked, stateOf } from "./marked";

function entered(doc: string): string {
  let state = stateOf(doc, [indentation(), python()]);
  const target = {
    state,
    dispatch: (transaction: Transaction) => {
      state = transaction.state;
    },
  };
  if (!openBracketsOut(target)) insertNewlineAndIndent(target);
  return marked(state);
}

test.each([
  ["an argument", "x = call(one, |two)", "x = call(one, \n    |two)"],
  ["a last comma", "x = call(one,|)", "x = call(one,\n    |\n)"],
  ["a last comma and a blank", "x = call(one, | )", "x = call(one,\n    |\n)"],
  ["nothing yet", "x = call(|)", "x = call(\n    |\n)"],
  ["a list", "x = [|]", "x = [\n    |\n]"],
  ["a dict", 'x = {"a": 1,|}', 'x = {"a": 1,\n    |\n}'],
  ["a set of texts", 'x = {"a",|\n}', 'x = {"a",\n    |\n}'],
  ["parameters", "def function(one,|", "def function(one,\n    |"],
  ["parameters of a method", "class A:\n    def f(self,|):", "class A:\n    def f(self,\n        |\n    ):"],
  ["a comprehension", "x = [one|\n]", "x = [one\n    |\n]"],
  ["in a block", "if x:\n    call(one,|)", "if x:\n    call(one,\n        |\n    )"],
  ["within others", "x = call(\n    one(two,|)\n)", "x = call(\n    one(two,\n        |\n    )\n)"],
  ["two that open in one line", "call([|])", "call([\n    |\n])"],
  ["the bracket that closes", "x = call(\n    one|)", "x = call(\n    one\n|)"],
  ["behind the brackets", "x = call(\n    one,\n)|", "x = call(\n    one,\n)\n|"],
  ["a tuple", "x = (one,|)", "x = (one,\n    |\n)"],
  ["an import", "from a import (|)", "from a import (\n    |\n)"],
  ["another name to import", "from a import (b,|)", "from a import (b,\n    |\n)"],
  ["behind an import", "from a import (b)|", "from a import (b)\n|"],
  ["a subscript", "x[|]", "x[\n    |\n]"],
  ["a chain of calls", "x = (\n    a\n    .b()|\n)", "x = (\n    a\n    .b()\n    |\n)"],
  ["a pattern", "match a:\n    case P(|):", "match a:\n    case P(\n        |\n    ):"],
  ["tabs", "if a:\n\tcall(b,|)\nif c:\n\td", "if a:\n\tcall(b,\n\t\t|\n\t)\nif c:\n\td"],
  ["a comma in a text", 'x = f("a,|)")', 'x = f("a,\n|)")'],
])("Enter at %s", (_, before, after) => {
  expect(entered(before)).toBe(after);
});

test.each([
  ["return", "def f():\n    return 1|", "def f():\n    return 1\n|"],
  ["pass", "class A:\n    class B:\n        pass|", "class A:\n    class B:\n        pass\n    |"],
  [
    "raise over several lines",
    "if a:\n    raise E(\n        b\n    )|",
    "if a:\n    raise E(\n        b\n    )\n|",
  ],
  ["break", "while a:\n\tif b:\n\t\tbreak|\n\tc", "while a:\n\tif b:\n\t\tbreak\n\t|\n\tc"],
])("after %s the block is over", (_, before, after) => {
  expect(entered(before)).toBe(after);
});

test.each([
  ["an open bracket", "def f():\n    return g(|", "def f():\n    return g(\n        |"],
  ["an operator", "def f():\n    return a +|", "def f():\n    return a +\n    |"],
  ["more in the line", "def f():\n    return| 1", "def f():\n    return\n    |1"],
  ["a name that begins so", "def f():\n    returned|", "def f():\n    returned\n    |"],
  ["one line with its header", "if a:\n    if b: return|", "if a:\n    if b: return\n    |"],
])("with %s it is not", (_, before, after) => {
  expect(entered(before)).toBe(after);
});

test("a line that goes on behind a backslash hangs, and so do those after it", () => {
  expect(entered("x = a + \\|")).toBe("x = a + \\\n    |");
  expect(entered("x = a + \\\n    b + \\|")).toBe("x = a + \\\n    b + \\\n    |");
});

test("a text of several lines keeps its own indentation", () => {
  expect(entered('def f():\n    """One.\n      Two.|\n    """')).toBe(
    'def f():\n    """One.\n      Two.\n      |\n    """',
  );
});

test("lines are commented at the least of their margins, and back", () => {
  let state = stateOf("def f():\n‹    if a:\n        b›", [indentation(), python()]);
  const dispatch = (transaction: { state: typeof state }) => {
    state = transaction.state;
  };
  toggleComment({ state, dispatch });
  expect(state.doc.toString()).toBe("def f():\n    # if a:\n    #     b");
  toggleComment({ state, dispatch });
  expect(state.doc.toString()).toBe("def f():\n    if a:\n        b");
});
