import { expect, test } from "vitest";
import { appCommands } from "../../src/app/commands";
import { editingCommands } from "../../src/editor/editing-commands";
import { fileCommands } from "../../src/files/commands";
import { languageCommands } from "../../src/language/commands";
import { scriptCommands } from "../../src/panes/script-commands";
import type { Command } from "../../src/ui/commands";
import { isPressed, keyLabel } from "../../src/ui/keys";

test.each([
  ["Mod-Enter", "Ctrl+Enter", "⌘↩"],
  ["Shift-Enter", "Shift+Enter", "⇧↩"],
  ["Mod-Shift-Enter", "Ctrl+Shift+Enter", "⇧⌘↩"],
  ["Mod-Alt-Enter", "Ctrl+Alt+Enter", "⌥⌘↩"],
  ["Mod-s", "Ctrl+S", "⌘S"],
  ["Mod-.", "Ctrl+.", "⌘."],
])("the key %s is written %s, on a Mac %s", (key, label, macLabel) => {
  expect([keyLabel(key, false), keyLabel(key, true)]).toEqual([label, macLabel]);
});

/** The keys of all commands of the page; what is listed twice under one title is one command. */
function allKeys(): string[] {
  const nobody = {} as never;
  const all: Pick<Command, "title" | "key">[] = [
    ...scriptCommands({ session: {}, fresh: {} } as never),
    ...languageCommands(nobody, nobody, false),
    ...fileCommands(nobody),
    ...appCommands(nobody),
    ...editingCommands(null),
  ];
  return [...new Map(all.map(({ title, key }) => [title, key])).values()].flatMap((key) => key ?? []);
}

test("no two commands have the same key", () => {
  expect(allKeys().filter((key, index, keys) => keys.indexOf(key) !== index)).toEqual([]);
});

test("no shortcut asks for Shift with a sign: there are keyboards that have the sign only with Shift", () => {
  const keys = allKeys();
  expect(keys).toContain("Mod-.");
  expect(keys.filter((key) => /Shift-[^\p{L}]$/u.test(key))).toEqual([]);
});

test("a sign is itself with Shift as well, a letter is not", () => {
  const held = { ctrlKey: true, shiftKey: true };
  expect(isPressed("Mod-,", new KeyboardEvent("keydown", { key: ",", ...held }))).toBe(true);
  expect(isPressed("Mod-k", new KeyboardEvent("keydown", { key: "K", ...held }))).toBe(false);
});

test("a key with Alt or Ctrl is no key without it", () => {
  const left = (held: KeyboardEventInit) => new KeyboardEvent("keydown", { key: "ArrowLeft", ...held });
  expect(isPressed("Alt-ArrowLeft", left({ altKey: true }))).toBe(true);
  expect(isPressed("Alt-ArrowLeft", left({}))).toBe(false);
  expect(isPressed("Alt-ArrowLeft", left({ altKey: true, shiftKey: true }))).toBe(false);
  expect(isPressed("Ctrl--", new KeyboardEvent("keydown", { key: "-", ctrlKey: true }))).toBe(true);
  expect(keyLabel("Alt-ArrowLeft", false)).toBe("Alt+←");
  expect(keyLabel("Ctrl--", true)).toBe("⌃-");
});
