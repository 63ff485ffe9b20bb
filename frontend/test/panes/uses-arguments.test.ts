import { Text } from "@codemirror/state";
import { describe, expect, test } from "vitest";
import type { OutputItem } from "../../src/backend/types";
import { complaintOf, usesArguments } from "../../src/panes/arguments/uses-arguments";

const uses = (script: string) => usesArguments(Text.of(script.split("\n")));

describe("a script that reads its command line is known by", () => {
  test.each([
    "import argparse",
    "x = 1\n    import argparse as ap",
    "import os, sys as s, argparse",
    "import os; import click",
    "from argparse import ArgumentParser",
    "from click.core import Command",
    "import typer",
    "from docopt import docopt",
    "import optparse",
    "from sys import exit, argv",
    "print(sys.argv[1:])",
    "if len(sys . argv) > 2: pass",
  ])("%s", (script) => expect(uses(script)).toBe(true));

  test.each([
    "",
    "import sys",
    "# import argparse",
    "x = 1  # as sys.argv has it",
    "import argparser",
    "import my.click_helpers",
    "from clicking import now",
    "click = 2\nargv = []",
    "print('no; import click')",
    "sys.argvs",
  ])("but not by %s", (script) => expect(uses(script)).toBe(false));

  test("whatever the length of its lines", () => {
    const long = 200_000;
    for (const line of [
      " ".repeat(long),
      ";".repeat(long),
      "import a,".repeat(20_000),
      "from sys import ;".repeat(10_000),
    ])
      expect(uses(`${line}\nsys.argv`)).toBe(true);
  });
});

describe("what a run says of its arguments", () => {
  const stderr = (text: string): OutputItem[] => [
    { type: "stdout", text: "usage: of something else" },
    { type: "stderr", text },
  ];

  test.each<[string, string]>([
    [
      "usage: words.py [-h] [--top TOP] path\nwords.py: error: the following arguments are required: path\n",
      "the following arguments are required: path",
    ],
    [
      "usage: a.py\na.py: error: argument --top: invalid int value: 'x'\n",
      "argument --top: invalid int value: 'x'",
    ],
    [
      "Usage: a.py [OPTIONS] NAME\nTry 'a.py --help'.\n\nError: Missing argument 'NAME'.\n",
      "Missing argument 'NAME'.",
    ],
    [
      "\x1b[1mUsage: \x1b[0ma.py NAME\n╭─ Error ────╮\n│ Missing argument 'NAME'.   │\n╰────────────╯\n",
      "Missing argument 'NAME'.",
    ],
    ["Usage: words.py FILE\n", ""],
  ])("%j is %j", (text, words) => expect(complaintOf(2, stderr(text))).toBe(words));

  test("is nothing where it ended well, or without a word of its usage", () => {
    const text = "usage: a.py\na.py: error: no\n";
    expect(complaintOf(0, stderr(text))).toBeNull();
    expect(complaintOf(null, stderr(text))).toBeNull();
    expect(complaintOf(2, stderr("disk usage: 3 GB\n"))).toBeNull();
    expect(complaintOf(1, [])).toBeNull();
  });

  test("is found at the end of however much", () => {
    const end = "usage: a.py\na.py: error: no\n";
    for (const much of ["\n".repeat(200_000), " ".repeat(200_000), "│ ".repeat(100_000)])
      expect(complaintOf(2, stderr(`${much}\n${end}`))).toBe("no");
  });
});
