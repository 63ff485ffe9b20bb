import { afterEach, describe, expect, test } from "vitest";
import { type DeskCommand, isPressed } from "../../src/app/commands";
import { DEFAULTS, keptSettings, settingsIn } from "../../src/app/settings";
import { showSettings } from "../../src/app/settings-dialog";

afterEach(() => {
  localStorage.clear();
  document.body.replaceChildren();
});

const layout: DeskCommand = { title: "Layout", key: "Mod-j", run: () => undefined };

describe("what the browser keeps", () => {
  test.each([
    [null, {}],
    ["no JSON", {}],
    ["[1]", {}],
    ['{"layout": "upside down", "vim": "yes", "follow": 1}', {}],
    ['{"layout": "beside", "follow": true}', { layout: "beside", follow: true }],
    [
      '{"vim": true, "autosave": true, "runOutside": "all"}',
      { vim: true, autosave: true, runOutside: "all" },
    ],
  ])("%s", (kept, chosen) => expect(settingsIn(kept)).toEqual({ ...DEFAULTS, ...chosen }));
});

test("each change in the dialog counts at once and is kept", () => {
  const settings = keptSettings(localStorage, window);
  showSettings(settings, { layout });
  const control = (label: string) => {
    const found = Array.from(document.querySelectorAll("label")).find((one) =>
      one.textContent?.includes(label),
    );
    return found?.querySelector("input") as HTMLInputElement;
  };
  expect(control("Below").checked).toBe(true);
  control("In a column").click();
  expect(settings.peek().layout).toBe("beside");
  control("Vim").click();
  control("in sight").click();
  expect(settingsIn(localStorage.getItem("rdit.settings"))).toEqual({
    ...DEFAULTS,
    layout: "beside",
    vim: true,
    follow: true,
  });
});

test("a command without a key is none that any key calls", () => {
  expect(isPressed("", new KeyboardEvent("keydown", { key: "j", ctrlKey: true }))).toBe(false);
  expect(isPressed("Mod-j", new KeyboardEvent("keydown", { key: "j", ctrlKey: true }))).toBe(true);
});
