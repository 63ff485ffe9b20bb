import { afterEach, describe, expect, test, vi } from "vitest";
import { typedAhead } from "../../src/ui/typed-ahead";

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

/** Press a key in *target*; say whether it reached it. */
function press(target: HTMLElement, key: string, more: KeyboardEventInit = {}): boolean {
  let reached = false;
  target.addEventListener("keydown", () => (reached = true), { once: true });
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  return reached;
}

function opened(): { text: HTMLElement; field: HTMLInputElement } {
  const [text, field] = [document.createElement("div"), document.createElement("input")];
  document.body.append(text, field);
  return { text, field };
}

describe("what is typed while something opens", () => {
  test("goes into its field and not into the text", async () => {
    const { text, field } = opened();
    let open: () => void = () => undefined;
    const opening = typedAhead(new Promise<void>((resolve) => (open = resolve)).then(() => field.focus()));
    let told = "";
    field.addEventListener("input", () => (told = field.value));
    expect([..."ruxn"].map((key) => press(text, key))).toEqual([false, false, false, false]);
    expect(press(text, "Backspace")).toBe(false);
    expect(press(text, "s", { ctrlKey: true })).toBe(true);
    open();
    await opening;
    expect(field.value).toBe("rux");
    expect(told).toBe("rux");
    expect(press(text, "a")).toBe(true);
  });

  test("reaches it in its order, Enter behind what the letters before it found", async () => {
    const { text, field } = opened();
    const seen: string[] = [];
    field.addEventListener("input", () => setTimeout(() => seen.push(`found ${field.value}`)));
    field.addEventListener("keydown", ({ key }) => key === "Enter" && seen.push("Enter"));
    const opening = typedAhead(Promise.resolve().then(() => field.focus()));
    for (const key of ["a", "b", "Enter"]) press(text, key);
    await opening;
    expect(seen).toEqual(["found ab", "found ab", "Enter"]);
  });

  test("closes a dialog again with Escape", async () => {
    const { text, field } = opened();
    const dialog = document.createElement("dialog");
    dialog.append(field);
    document.body.append(dialog);
    const opening = typedAhead(
      Promise.resolve().then(() => {
        dialog.show();
        field.focus();
      }),
    );
    press(text, "Escape");
    await opening;
    expect(dialog.open).toBe(false);
  });

  test("goes to where it was typed when nothing opens", async () => {
    const { field } = opened();
    field.focus();
    const opening = typedAhead(Promise.reject(new Error("no network")));
    expect(press(field, "a")).toBe(false);
    await expect(opening).rejects.toThrow("no network");
    expect(field.value).toBe("a");
    expect(press(field, "b")).toBe(true);
  });

  test("goes to where it was typed when what opens is not there soon", async () => {
    vi.useFakeTimers();
    const { field } = opened();
    field.focus();
    let open = (_: string) => {};
    const opening = typedAhead(
      new Promise<string>((resolve) => {
        open = resolve;
      }),
    );
    for (const key of ["a", "b", "Backspace"]) expect(press(field, key)).toBe(false);
    await vi.runAllTimersAsync();
    expect(field.value).toBe("a");
    expect(press(field, "c")).toBe(true);
    open("late");
    await expect(opening).resolves.toBe("late");
  });
});
