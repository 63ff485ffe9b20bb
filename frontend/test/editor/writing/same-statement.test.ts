import { expect, test } from "vitest";
import { isSameStatement } from "../../../src/editor/writing/same-statement";

test.each([
  ["x=[ 1,\n   2]", "x = [1, 2]"],
  ["f(a,b)  # why", "f(\n    a,\n    b,\n)"],
  ["def f( a ):\n  return 'a'", 'def f(a):\n    # said\n\n    return "a"'],
  ["x = (a +\n  b)", "x = a + b"],
  ["t = (1, 2,)", "t = (1, 2)"],
  ["x = {'a':1,}", 'x = {"a": 1}'],
  ["if a :\n  b\nelse :\n  c", "if a:\n    b\nelse:\n    c"],
])("%j is laid out otherwise in %j", (one, other) => {
  expect(isSameStatement(one, other)).toBe(true);
});

test.each([
  ["x = 1", "x = 2"],
  ["x = 'a b'", "x = 'ab'"],
  ["x = 'a'", "x = b'a'"],
  ["x = f'{a} b'", "x = f'{a}b'"],
  ["t = (1,)", "t = (1)"],
  ["a[1,]", "a[1]"],
  ["(a < b) < c", "a < b < c"],
  ["(a and b) and c", "a and b and c"],
  ["(a): int = 1", "a: int = 1"],
  ["x = (a + b) * c", "x = a + (b * c)"],
  ["if a:\n    b\n    c", "if a:\n    b\nc"],
  ["x", "x;"],
  ["a b", "ab"],
  ["not a", "nota"],
  ["f(a", "f(a)"],
  ["x = '''a\n b'''", "x = '''a\nb'''"],
  ["x = 'a' 'b'", "x = 'ab'"],
  ["r'\\n'", "'\\n'"],
])("%j is another statement than %j", (one, other) => {
  expect(isSameStatement(one, other)).toBe(false);
});
