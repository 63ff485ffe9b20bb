import { pythonLanguage } from "@codemirror/lang-python";
import { EditorSelection, EditorState } from "@codemirror/state";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  linesOf,
  statementAfter,
  statementsOf,
  touchedStatements,
  touchedStatementsInTime,
} from "../../src/editor/statements";

const script = `"""What it is about."""
import os, sys

# about x
x = 1; y = 2  # both

@cache
def f(n):
    # a comment

    return n

text = """
# no comment
"""
f(
    1,
)
`;

/** A state of *text*, its selection where \`[\` and \`]\` stand, or its cursor at \`|\`. */
function state(text: string): EditorState {
  const ranges = [];
  let doc = "";
  let open = -1;
  for (const character of text) {
    if (character === "[") open = doc.length;
    else if (character === "]") ranges.push(EditorSelection.range(open, doc.length));
    else if (character === "|") ranges.push(EditorSelection.cursor(doc.length));
    else doc += character;
  }
  return EditorState.create({
    doc,
    ...(ranges.length > 0 ? { selection: EditorSelection.create(ranges) } : {}),
    extensions: [pythonLanguage, EditorState.allowMultipleSelections.of(true)],
  });
}

function lines(of: EditorState, ranges: readonly { from: number; to: number }[]): string[] {
  return ranges.map(({ from, to }) => {
    const { from: first, to: last } = linesOf(of, [{ from, to }]);
    return first === last ? `${first}` : `${first}-${last}`;
  });
}

function touched(text: string): string[] {
  const of = state(text);
  return lines(of, touchedStatements(of));
}

test("top-level statements are found with all their lines, decorators included, comments not", () => {
  const of = state(script);
  expect(lines(of, statementsOf(of))).toEqual(["1", "2", "5", "7-11", "13-15", "16-18"]);
});

test("a compound statement goes to the end of its last branch, not to the blank lines below", () => {
  const of = state("if a:\n    b\nelse:\n    c\n\n\n\nd\n");
  expect(lines(of, statementsOf(of))).toEqual(["1-4", "8"]);
});

test("a statement ends where its text does, however many blanks follow", () => {
  for (const count of [1, 63, 64, 65, 200]) {
    const of = state(`def f():\n    return 1${" ".repeat(count)}${"\n".repeat(count)}x = 1`);
    expect(lines(of, statementsOf(of))).toEqual(["1-2", `${2 + count}`]);
  }
});

test("what shares a line runs together", () => {
  const of = state("a = 1; b = 2; c = (3,\n 4)\nd");
  expect(lines(of, statementsOf(of))).toEqual(["1-2", "3"]);
});

test("text that does not parse still has statements to run", () => {
  const of = state("x = 1\nprint(\ny = 2\n");
  expect(lines(of, statementsOf(of))[0]).toBe("1");
});

describe("the statements that a selection touches", () => {
  test("at the cursor, anywhere within the statement", () => {
    expect(touched("a\ndef f():\n    |return 1\nb")).toEqual(["2-3"]);
  });

  test("at the cursor on a comment or an empty line, the next one below", () => {
    expect(touched("a\n# |about b\n\nb\nc")).toEqual(["4"]);
    expect(touched("a\n|\nb")).toEqual(["3"]);
  });

  test("below the last statement, the last one", () => {
    expect(touched("a\nb\n\n|")).toEqual(["2"]);
  });

  test("every one of which the selection has at least a part", () => {
    expect(touched("a\n[b\nc\nd]\ne")).toEqual(["2", "3", "4"]);
    expect(touched("a\nif b:\n    [c\nd]\ne")).toEqual(["2-3", "4"]);
  });

  test("not the line at whose very start the selection ends", () => {
    expect(touched("a\n[b\n]c")).toEqual(["2"]);
  });

  test("at every cursor", () => {
    expect(touched("|a\nb\n|c")).toEqual(["1", "3"]);
  });

  test("none where there is none", () => {
    expect(touched("# only a comment|\n")).toEqual([]);
  });
});

test("the statement after a position begins below it", () => {
  const of = state("a\nif b:\n    c\nd");
  expect(statementAfter(of, 0)?.from).toBe(2);
  expect(lines(of, [statementAfter(of, 4) ?? { from: 0, to: 0 }])).toEqual(["4"]);
  expect(statementAfter(of, of.doc.length)).toBeNull();
});

describe("where the parser takes too long", () => {
  const long = `|x = (\n${"    1,\n".repeat(3000)})\ny = 2\n`;

  afterEach(() => vi.restoreAllMocks());

  function slowly<T>(ask: () => T): T {
    let now = 0;
    vi.spyOn(Date, "now").mockImplementation(() => {
      now += 1000;
      return now;
    });
    return ask();
  }

  test("what runs is whole all the same", () => {
    expect(slowly(() => touched(long))).toEqual(["1-3002"]);
    const of = slowly(() => state(long));
    expect(lines(of, statementsOf(of))).toEqual(["1-3002", "3003"]);
  });

  test("nothing is marked rather than a part", () => {
    const of = slowly(() => state(long));
    expect(touchedStatementsInTime(of)).toEqual([]);
    // Later there is time enough, on a machine of any speed.
    vi.spyOn(Date, "now").mockReturnValue(0);
    expect(lines(of, touchedStatementsInTime(of))).toEqual(["1-3002"]);
  });
});
