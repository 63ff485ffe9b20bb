import { afterEach, describe, expect, test } from "vitest";
import { DEFAULTS, settingsIn, storedSettings } from "../../src/app/settings/settings";
import { showSettings } from "../../src/app/settings/settings-dialog";
import type { Command } from "../../src/ui/commands";

afterEach(() => {
  localStorage.clear();
  document.body.replaceChildren();
});

const layout: Command = { id: "layout", title: "Layout", key: "Mod-j", group: "Page" };

describe("what the browser keeps", () => {
  test.each([
    [null, {}],
    ["no JSON", {}],
    ["[1]", {}],
    ['{"layout": "upside down", "vim": "yes", "keepInSight": 1}', {}],
    ['{"layout": "beside", "keepInSight": true}', { layout: "beside", keepInSight: true }],
    ['{"follow": true}', { keepInSight: true }],
    ['{"follow": true, "keepInSight": false}', {}],
    ['{"autosave": true, "runOutside": "sometimes"}', { autosave: true }],
    ['{"theme": "dark", "size": 125, "font": "Menlo"}', { theme: "dark", size: 125, font: "Menlo" }],
    ['{"theme": "pink", "size": 1, "font": 7}', {}],
    [
      '{"vim": true, "autosave": true, "runOutside": "all"}',
      { vim: true, autosave: true, runOutside: "all" },
    ],
    ['{"figureSteps": true}', { figureSteps: true }],
  ])("%s", (kept, chosen) => expect(settingsIn(kept)).toEqual({ ...DEFAULTS, ...chosen }));
});

test("each change in the dialog counts at once and is kept", () => {
  const settings = storedSettings(localStorage, window);
  showSettings(settings, layout);
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
    keepInSight: true,
  });
});
