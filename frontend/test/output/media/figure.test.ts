import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fitting, lookAt, type Place, within, zoomed } from "../../../src/output/media/figure";

describe("a place", () => {
  test("keeps what is under the pointer where it is", () => {
    const pointer = { x: 120, y: -80 };
    let place: Place = { scale: 1, x: 30, y: 10 };
    const under = ({ scale, x, y }: Place) => [(pointer.x - x) / scale, (pointer.y - y) / scale];
    const before = under(place);
    for (const factor of [1.25, 1.25, 3, 0.4]) {
      place = zoomed(place, factor, pointer);
      const [x, y] = under(place);
      expect(x).toBeCloseTo(before[0] as number, 9);
      expect(y).toBeCloseTo(before[1] as number, 9);
    }
  });

  test("never becomes so small or large that nothing can be seen", () => {
    let place: Place = { scale: 1, x: 0, y: 0 };
    for (let turn = 0; turn < 100; turn += 1) place = zoomed(place, 2, { x: 0, y: 0 });
    expect(place.scale).toBe(32);
    for (let turn = 0; turn < 100; turn += 1) place = zoomed(place, 0.5, { x: 0, y: 0 });
    expect(place.scale).toBe(0.05);
  });

  test("is never beside the stage", () => {
    const image = { width: 640, height: 480 };
    const { x, y } = within({ scale: 2, x: 99_999, y: -99_999 }, image, 1000, 800);
    expect(x).toBeLessThan((640 * 2 + 1000) / 2);
    expect(y).toBeGreaterThan(-(480 * 2 + 800) / 2);
    expect(within({ scale: 2, x: 50, y: -40 }, image, 1000, 800)).toEqual({ scale: 2, x: 50, y: -40 });
  });

  test("fits a large image, and enlarges a small one within reason", () => {
    expect(fitting(4000, 1000, 1064, 800)).toBe(0.25);
    expect(fitting(20, 20, 1000, 800)).toBe(3);
  });
});

describe("the dialog", () => {
  const image = document.createElement("img");
  image.alt = "A curve";
  const announce = vi.fn();
  const context = { goToLine: () => undefined, isScript: () => false, announce, resized: () => undefined };

  function open(copy: () => string = () => "") {
    const save = () => ({ name: "output.png", content: new Blob(["x"]) });
    lookAt({ image, width: 640, height: 480, paper: "light", copy, save }, context);
    const dialog = document.querySelector("dialog");
    if (!dialog) throw new Error("no dialog opened");
    return dialog;
  }

  const scale = () => document.querySelector(".rdit-figure-scale")?.textContent;
  const press = (key: string) =>
    document.activeElement?.dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
    );

  beforeEach(() => announce.mockClear());
  afterEach(() => {
    for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  });

  test("is named after the figure and has the keyboard", () => {
    const dialog = open();
    expect(dialog.getAttribute("aria-label")).toBe("A curve");
    expect(dialog.contains(document.activeElement)).toBe(true);
  });

  test("obeys plus, minus and one", () => {
    open();
    press("1");
    expect(scale()).toBe("100 %");
    press("+");
    expect(scale()).toBe("125 %");
    press("-");
    press("-");
    expect(scale()).toBe("80 %");
  });

  test("leaves nothing behind when it is closed", () => {
    open().close();
    expect(document.querySelector("dialog")).toBeNull();
  });

  test("says why it did not copy", async () => {
    const dialog = open(() => {
      throw new Error("too large");
    });
    dialog.querySelector<HTMLElement>("[aria-label=Copy]")?.click();
    await vi.waitUntil(() => scale() === "too large", { timeout: 30_000 });
    expect(announce).toHaveBeenCalledWith("too large");
  });
});
