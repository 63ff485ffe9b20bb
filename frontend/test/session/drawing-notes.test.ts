import { afterEach, expect, test, vi } from "vitest";
import type { OutputItem } from "../../src/backend/types";
import { renderItem } from "../../src/output/render";
import { LOADING } from "../../src/output/rendering/print-whole";
import type { RenderContext } from "../../src/output/rendering/rendering";
import { DrawingNotes } from "../../src/session/drawing-notes";
import { item, page } from "../output/items";

const NAME = "r1:0:0";
const KEY = "rdit.drawing";

/** The notes of the page called *name*, where the pages of *alive* are still there. */
const open = (name: string, ...alive: string[]) => openIn(localStorage, name, ...alive);
const openIn = (storage: Storage, name: string, ...alive: string[]) =>
  DrawingNotes.open(storage, { page: name, isGone: async (other) => !alive.includes(other) });

const note = (page: string) => localStorage.getItem(`${KEY} ${page}`);
const within = (notes: DrawingNotes, name = NAME) => notes.for(() => name);

const html = item("display", "<Report>", { "text/html": `<p>${"drawn ".repeat(500)}</p>` });
const context = (notes: DrawingNotes): RenderContext => ({ ...page(), drawing: within(notes) });

/** The browser's storage, with another way of writing. */
const writing = (setItem: Storage["setItem"]): Storage =>
  new Proxy(localStorage, {
    get: (storage, name) => (name === "setItem" ? setItem : Reflect.get(storage, name).bind(storage)),
  });

afterEach(() => {
  localStorage.clear();
  document.body.replaceChildren();
});

function show(shown: OutputItem, notes: DrawingNotes): HTMLElement {
  const { dom } = renderItem({ ...shown }, context(notes));
  document.body.append(dom);
  return dom;
}

test("a note stands while an output is drawn, and is gone once the next frame is", async () => {
  const drawing = within(await open("one"));
  const drawn = document.body.appendChild(document.createElement("div"));
  drawn.setAttribute(LOADING, "");
  drawing.begin(html)(() => drawn.hasAttribute(LOADING));
  expect(note("one")).toContain(NAME);
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  expect(note("one")).toContain(NAME);
  drawn.removeAttribute(LOADING);
  await vi.waitFor(() => expect(note("one")).toBeNull(), { timeout: 30_000 });
});

test("a note stands in a page that is in sight and gets no frames, or whose next ones are called ahead of it", async () => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "setInterval", "requestAnimationFrame", "cancelAnimationFrame"],
  });
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => frames.push(callback));
  const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("visible");
  try {
    within(await open("one")).begin(html)(() => false);
    for (const _ of ["the next", "one ahead"]) {
      vi.advanceTimersByTime(60_000);
      expect(note("one")).toContain(NAME);
      frames.shift()?.(0);
    }
    vi.advanceTimersByTime(60_000);
    expect(note("one")).toContain(NAME);
    visibility.mockReturnValue("hidden");
    vi.advanceTimersByTime(60_000);
    expect(note("one")).toBeNull();
  } finally {
    visibility.mockRestore();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  }
});

test("what a page was drawing when it went is text for the next, until a reader asks", async () => {
  within(await open("one")).begin(html);
  for (const next of ["two", "three"]) {
    const dom = show(html, await open(next));
    expect(dom.textContent).toContain("because the page stopped while it was drawn");
    expect(dom.textContent).toContain("<Report>");
    expect(dom.dataset.format).toBe("withheld");
  }
  const notes = await open("four");
  const dom = show(html, notes);
  [...dom.querySelectorAll("button")].find((button) => button.textContent === "Show")?.click();
  expect(dom.dataset.format).toBe("text/html");
  await vi.waitFor(() => expect(dom.querySelector(".rdit-html")?.shadowRoot?.textContent).toContain("drawn"));
  expect(show(html, notes).dataset.format).toBe("text/html");
  await vi.waitFor(() => expect(note("four")).toBeNull(), { timeout: 30_000 });
  expect(within(await open("five")).hasFrozen(html)).toBe(false);
});

test("other outputs are drawn as ever", async () => {
  within(await open("one"), "r1:0:1").begin(html);
  expect(show(html, await open("two")).dataset.format).toBe("text/html");
});

test("what another page draws at the moment froze nothing, unless that takes very long", async () => {
  within(await open("one")).begin(html);
  expect(within(await open("two", "one")).hasFrozen(html)).toBe(false);
  vi.spyOn(Date, "now").mockReturnValue(Date.now() + 60_000);
  expect(within(await open("three", "one")).hasFrozen(html)).toBe(true);
});

test("a page that is left while it draws was not frozen", async () => {
  within(await open("one")).begin(html);
  window.dispatchEvent(new Event("pagehide"));
  expect(note("one")).toBeNull();
});

test("small outputs and formats that take no more work than they are long have no note", async () => {
  const write = vi.fn();
  const notes = await openIn(writing(write), "one");
  show(item("display", "a", { "text/html": "<b>a</b>" }), notes);
  show(item("display", "a", { "application/json": { a: "a".repeat(5_000) } }), notes);
  show(item("stdout", "a\n".repeat(5_000)), notes);
  expect(write).not.toHaveBeenCalled();
  renderItem(item("display", "a", { "text/html": "<script>1</script>" }), context(notes));
  show(html, notes);
  expect(write).toHaveBeenCalledTimes(1);
});

test("where storage is full, outputs are drawn without a note", async () => {
  const full = vi.fn(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  expect(show(html, await openIn(writing(full), "one")).dataset.format).toBe("text/html");
  expect(full).toHaveBeenCalled();
});

test("what is no note is thrown away, and the oldest notes are", async () => {
  for (const text of ["{", "null", "[1]"]) localStorage.setItem(`${KEY} ${text}`, text);
  for (let index = 0; index < 25; index += 1)
    localStorage.setItem(`${KEY} p${index}`, JSON.stringify({ since: index, outputs: [`o${index}`] }));
  const notes = await open("one");
  expect(Object.keys(localStorage)).toHaveLength(20);
  expect(within(notes, "o4").hasFrozen(html)).toBe(false);
  expect(within(notes, "o5").hasFrozen(html)).toBe(true);
});
