import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { effect } from "@preact/signals";
import { expect, test } from "vitest";
import { outlineOf } from "../../src/editor/outline/outline";
import { watchOutline } from "../../src/editor/outline/outline-signal";
import { trackMarks } from "../../src/editor/outline/track";
import { python } from "../../src/editor/python-language";
import { results, setResults } from "../../src/editor/results/results-field";
import { type Result, waiting } from "../../src/session/results";

function stateOf(doc: string): EditorState {
  const state = EditorState.create({ doc, extensions: [python, results()] });
  ensureSyntaxTree(state, doc.length, Number.POSITIVE_INFINITY); // however slow the machine is
  return state;
}

const SCRIPT = `"""# Title of **it**

Words.

\`\`\`sh
# no heading
\`\`\`

## A part
"""
import os
# %% Cleaning
# a comment
def tidy():
    # %% not a section
    "# not a heading"
    def inner(): ...
# --- By month -------------
class Report(Base):
    @property
    def rows(self): ...
    def total(self): ...
@decorated
async def fetch(): ...
x = "# no prose"
# ── Boxes ─────
# ------------------
f"### Value {x}"
`;

const listed = (doc: string) =>
  outlineOf(stateOf(doc)).map(
    ({ kind, title, level, line }) => `${"  ".repeat(level - 1)}${line} ${kind} ${title}`,
  );

test("headings of prose, sections, classes and functions are listed in their order and depth", () => {
  expect(listed(SCRIPT)).toEqual([
    "1 heading Title of it",
    "  9 heading A part",
    "12 section Cleaning",
    "  14 function tidy",
    "18 section By month",
    "  19 class Report",
    "    21 function rows",
    "    22 function total",
    "  24 function fetch",
    "26 section Boxes",
    "    28 heading Value {x}",
  ]);
});

test("an empty script has no outline", () => expect(listed("")).toEqual([]));

function ran(state: EditorState, line: number, parts: Partial<Result>) {
  const { from, to, text } = state.doc.line(line);
  const info = { nodeIndex: line - 1, lineStart: line, lineEnd: line, source: text };
  return { from, to, result: { ...waiting("r", info), state: "done" as const, ...parts } };
}

test("errors are in the outline, and the track has them over what is older and what runs", () => {
  const before = stateOf("# %% One\na = 1\n1 / 0\nb = a\n");
  const error = { type: "error" as const, text: "Traceback\nZeroDivisionError: division by zero\n" };
  const { state } = before.update({
    effects: setResults.of([
      ran(before, 2, { state: "running" }),
      ran(before, 3, { state: "failed", output: [error as never] }),
      ran(before, 4, { beforeReset: true }),
    ]),
  });
  expect(outlineOf(state).map(({ kind, title, line }) => [kind, title, line])).toEqual([
    ["section", "One", 1],
    ["error", "ZeroDivisionError: division by zero", 3],
  ]);
  expect(trackMarks(state).map(({ kind, title }) => `${kind}: ${title}`)).toEqual([
    "running: Running, line 2",
    "older: Older than what is above, line 4",
    "heading: One, line 1",
    "error: ZeroDivisionError: division by zero, line 3",
  ]);
});

test("the outline of a script that takes long to read has all of it in the end", async () => {
  const doc = "def f():\n    return (1, 2, [3])\n".repeat(3_000);
  const state = EditorState.create({ doc, extensions: [python, results()] });
  const view = new EditorView({ state });
  const outline = watchOutline(view);
  await new Promise<void>((resolve) => {
    effect(() => {
      if (outline.entries.value.length === 3_000) resolve();
    });
  });
  outline.end();
  view.destroy();
});
