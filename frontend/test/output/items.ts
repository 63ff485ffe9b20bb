/** Output items for the gallery and the tests, as the server sends them. */
import type { OutputItem } from "../../src/backend/types";
import { ERROR_FORMAT } from "../../src/output/error/error-report";
import type { RenderContext } from "../../src/output/rendering/rendering";

/** A page that does nothing; a test replaces what it is about. */
export function page(): RenderContext {
  return {
    goToLine: () => undefined,
    isScript: (file) => file === "/home/ada/analysis.py",
    announce: () => undefined,
    resized: () => undefined,
  };
}

export function item(type: OutputItem["type"], text: string, data: OutputItem["data"] = null): OutputItem {
  return { type, text, data, metadata: null, displayId: null };
}

const script = "/home/ada/analysis.py";
const pandas = "/home/ada/.venv/lib/python3.12/site-packages/pandas/core/frame.py";

type Frame = Record<string, unknown>;
const frame = (file: string, line: number, name: string, source: string, more: Frame = {}): Frame => ({
  file,
  line,
  name,
  source,
  inScript: file === script,
  ...more,
});

function error(text: string, report: Record<string, unknown>): OutputItem {
  return item("error", text, { [ERROR_FORMAT]: report });
}

const deep = Array.from({ length: 990 }, () => frame(script, 4, "fall", "    return fall(n + 1)"));

export const errors = {
  simple: error(
    'Traceback (most recent call last):\n  File "/home/ada/analysis.py", line 9, in <module>\n    total = mean([]) + 1\n            ^^^^^^^^\n  File "/home/ada/analysis.py", line 5, in mean\n    return sum(values) / len(values)\n           ~~~~~~~~~~~~^~~~~~~~~~~~~\nZeroDivisionError: division by zero\n',
    {
      type: "ZeroDivisionError",
      message: "division by zero",
      frames: [
        frame(script, 9, "<module>", "total = mean([]) + 1", { endLine: 9, column: 8, endColumn: 16 }),
        frame(script, 5, "mean", "    return sum(values) / len(values)", {
          endLine: 5,
          column: 11,
          endColumn: 36,
        }),
      ],
    },
  ),
  chained: error("Traceback (most recent call last):\n…\nRuntimeError: the report failed\n", {
    type: "RuntimeError",
    message: "the report failed",
    notes: ["while reading sales.csv"],
    frames: [
      frame(script, 30, "<module>", "report(load())", { column: 0, endColumn: 14, endLine: 30 }),
      frame("/home/ada/reports.py", 12, "report", '    raise RuntimeError("the report failed") from error'),
    ],
    causes: [
      {
        relation: "cause",
        type: "KeyError",
        message: "'price'",
        frames: [
          frame(script, 22, "load", '    return frame["price"] * 2', {
            column: 11,
            endColumn: 25,
            endLine: 22,
          }),
          frame(pandas, 4102, "__getitem__", "indexer = self.columns.get_loc(key)"),
          frame(pandas.replace("frame", "base"), 3812, "get_loc", "raise KeyError(key) from err"),
        ],
      },
    ],
  }),
  group: error("ExceptionGroup: two tasks failed (2 sub-exceptions)\n", {
    type: "ExceptionGroup",
    message: "two tasks failed (2 sub-exceptions)",
    frames: [frame(script, 3, "<module>", "asyncio.run(main())")],
    exceptions: [
      {
        type: "ValueError",
        message: "bad value",
        frames: [frame(script, 11, "first", "    raise ValueError('bad value')")],
      },
      {
        type: "TimeoutError",
        message: "",
        frames: [frame(script, 15, "second", "    await asyncio.wait_for(slow(), 1)")],
      },
    ],
  }),
  recursion: error("RecursionError: maximum recursion depth exceeded\n", {
    type: "RecursionError",
    message: "maximum recursion depth exceeded",
    frames: [frame(script, 7, "<module>", "fall(0)"), ...deep],
  }),
  textOnly: item(
    "error",
    'Traceback (most recent call last):\n  File "/home/ada/analysis.py", line 9, in <module>\n    total = mean([]) + 1\n  File "/home/ada/other.py", line 5, in mean\n    return sum(values) / len(values)\nZeroDivisionError: division by zero\n',
  ),
  syntax: error(
    "  File \"/home/ada/analysis.py\", line 3\n    x = (1,\n        ^\nSyntaxError: '(' was never closed\n",
    {
      type: "SyntaxError",
      message: "'(' was never closed",
      frames: [frame(script, 3, "", "x = (1,", { column: 4, endColumn: 5, endLine: 3 })],
    },
  ),
};

/** *item* with a note of what was left out of its text. */
export function withOmitted(
  item: OutputItem,
  { at, characters }: { at: number; characters: number },
): OutputItem {
  return { ...item, cutAt: at, omitted: characters };
}
