import { render } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Palette, type PaletteProps } from "../../src/app/palette/palette";
import type { Offer } from "../../src/ui/finder/fitting";

let place: HTMLElement;

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = () => undefined; // jsdom has none
  Element.prototype.scrollIntoView = () => undefined;
  place = document.createElement("div");
  document.body.append(place);
});

afterEach(() => {
  render(null, place);
  place.remove();
});

async function type(letters: string, findFiles: PaletteProps["findFiles"]): Promise<void> {
  render(<Palette offers={[]} findFiles={findFiles} close={() => undefined} />, place);
  const field = place.querySelector("input") as HTMLInputElement;
  for (let end = 1; end <= letters.length; end += 1) {
    field.value = letters.slice(0, end);
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

const file = (title: string): Offer => ({ id: title, title, group: "Files", choose: () => undefined });

test("files that fit are offered", async () => {
  await type("a", async () => [file("a.py")]);
  await vi.waitFor(() => expect(place.textContent).toContain("a.py"));
});

test("a search for files that fails is told", async () => {
  await type("a", () => Promise.reject(new Error("The server does not answer.")));
  await vi.waitFor(() =>
    expect(place.querySelector("[role=status]")?.textContent).toContain("The server does not answer."),
  );
});

test("a search that newer letters replace is told by nothing", async () => {
  let ended = 0;
  await type("ab", async (query, signal) => {
    if (query === "ab") return [file("ab.py")];
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    ended += 1;
    throw new DOMException("replaced", "AbortError");
  });
  await vi.waitFor(() => expect(place.textContent).toContain("ab.py"));
  expect(ended).toBe(1);
  expect(place.querySelector("[role=status]")).toBeNull();
});
