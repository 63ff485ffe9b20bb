import { expect, test } from "vitest";
import { keyLabel } from "../../src/ui/keys";

test.each([
  ["Mod-Enter", "Ctrl+Enter", "⌘↩"],
  ["Shift-Enter", "Shift+Enter", "⇧↩"],
  ["Mod-Shift-Enter", "Ctrl+Shift+Enter", "⇧⌘↩"],
  ["Mod-s", "Ctrl+S", "⌘S"],
  ["Mod-.", "Ctrl+.", "⌘."],
])("the key %s is written %s, on a Mac %s", (key, label, macLabel) => {
  expect([keyLabel(key, false), keyLabel(key, true)]).toEqual([label, macLabel]);
});
