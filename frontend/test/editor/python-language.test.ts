import { pythonLanguage } from "@codemirror/lang-python";
import { type Input, Tree, TreeFragment } from "@lezer/common";
import { expect, test } from "vitest";
import { python } from "../../src/editor/python-language";

const SCRIPTS = {
  functions: "def f():\n    return (1, 2, [3])\n".repeat(150),
  methods: `class A:\n${"    def f(self):\n        if x:\n            return 1\n        return 2\n".repeat(70)}`,
  classes: "class A:\n    def f(self):\n        return [1,\n            2]\n\n    y = 1\n".repeat(80),
};

function input(text: string): Input {
  return {
    length: text.length,
    lineChunks: false,
    chunk: (from) => text.slice(from),
    read: (from, to) => text.slice(from, to),
  };
}

/** The tree of a text of which a parse has come as far as *stop*, and the next one took over what there was. */
function parsedInTwo(text: string, stop: number): Tree {
  const parse = python.parser.startParse(input(text), []);
  let tree: Tree | null = null;
  while (!tree && parse.parsedPos < stop) tree = parse.advance();
  if (!tree) parse.stopAt(parse.parsedPos);
  while (!tree) tree = parse.advance();
  return python.parser.parse(text, TreeFragment.addTree(tree, [], true));
}

function nodesOf(tree: Tree): string {
  const nodes: string[] = [];
  tree.iterate({ enter: ({ name, from, to }) => void nodes.push(`${name} ${from} ${to}`) });
  return nodes.join("\n");
}

test.each(Object.entries(SCRIPTS))(
  "wherever a parse of %s is cut off, the next one finds the same",
  (_, text) => {
    const expected = nodesOf(pythonLanguage.parser.parse(text));
    for (let stop = 600; stop < text.length; stop += 61)
      expect(nodesOf(parsedInTwo(text, stop)) === expected, `cut off at ${stop}`).toBe(true);
  },
);

test("what there was is taken over", () => {
  const text = SCRIPTS.functions.repeat(4);
  const parse = python.parser.startParse(input(text), []);
  while (parse.parsedPos < text.length / 2) parse.advance();
  parse.stopAt(parse.parsedPos);
  let first: Tree | null = null;
  while (!first) first = parse.advance();
  const known = treesIn(first);
  const taken = [...treesIn(python.parser.parse(text, TreeFragment.addTree(first, [], true)))].filter((one) =>
    known.has(one),
  );
  // The parser takes over lists of about a thousand characters.
  expect(taken.filter(({ length }) => length > 1_000).length).toBeGreaterThan(5);
});

function treesIn(tree: Tree, found = new Set<Tree>()): Set<Tree> {
  found.add(tree);
  for (const child of tree.children) if (child instanceof Tree) treesIn(child, found);
  return found;
}
