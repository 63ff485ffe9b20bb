import { expect, test } from "vitest";
import { listed } from "../../src/ui/listed";

test.each([
  [[], undefined, ""],
  [["a"], undefined, "a"],
  [["a", "b"], undefined, "a and b"],
  [["a", "b", "c"], undefined, "a, b and c"],
  [["a", "b", "c"], 2, "a, b and 1 more"],
  [["a", "b"], 2, "a and b"],
])("%j, at most %s named", (parts, most, words) => {
  expect(listed(parts, most)).toBe(words);
});
