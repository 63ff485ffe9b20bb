import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { configuration, type EditorSettings } from "../../../src/editor/configuration";
import { LateDrawing } from "../../../src/editor/late-drawing";
import { hasCursor } from "../../../src/editor/prose/placed-cursor";
import { arranged } from "../../../src/editor/results/output-column";
import { planResults, results, updateResults } from "../../../src/editor/results/results-field";
import * as drawing from "../../../src/panes/drawing";
import { type StatementEvent, waiting } from "../../../src/session/results";

describe("the places in the column", () => {
  test.each([
    ["what fits beside its lines needs no room", [{ top: 0, bottom: 24, height: 24 }], [[0, 0]]],
    ["what is taller needs the rest below them", [{ top: 24, bottom: 72, height: 100 }], [[24, 52]]],
    [
      "each begins at its own statement",
      [
        { top: 0, bottom: 24, height: 100 },
        { top: 100, bottom: 124, height: 10 },
      ],
      [
        [0, 76],
        [100, 0],
      ],
    ],
    [
      "statements on one line follow each other, and make room together",
      [
        { top: 10, bottom: 34, height: 20 },
        { top: 10, bottom: 34, height: 30 },
      ],
      [
        [10, 0],
        [30, 26],
      ],
    ],
    ["parts of a pixel are not cut off", [{ top: 0, bottom: 24, height: 24.4 }], [[0, 1]]],
    ["nothing has no place", [], []],
  ])("%s", (_, rows, places) =>
    expect(arranged(rows).map(({ top, spacer }) => [top, spacer])).toEqual(places),
  );
});

const settings = signal<EditorSettings>({ layout: "beside", keepInSight: false, vim: false });
let view: EditorView;
let scrolledTo: number[];

beforeEach(() => {
  Object.defineProperty(window, "innerWidth", { value: 1600, configurable: true });
  settings.value = { layout: "beside", keepInSight: false, vim: false };
  scrolledTo = [];
  const shownBy = new LateDrawing(() => Promise.resolve(drawing), drawing);
  const chosen = configuration(settings, shownBy);
  const heard = EditorView.updateListener.of(({ transactions }) => {
    for (const { effects } of transactions)
      for (const { value } of effects) {
        const head = (value as { range?: { head: number } } | null)?.range?.head;
        if (head !== undefined) scrolledTo.push(head);
      }
  });
  view = new EditorView({
    parent: document.body,
    state: EditorState.create({
      doc: "a\nb\nc\n",
      extensions: [results(), hasCursor, shownBy.extension, chosen.extension, heard],
    }),
  });
  chosen.attach(view);
});
afterEach(() => view.destroy());

/** Run the three statements as *runId*. */
function plan(runId: string): void {
  const statements = ["a", "b", "c"].map((source, index) => ({
    from: 2 * index,
    to: 2 * index + 1,
    result: waiting(runId, { nodeIndex: index, lineStart: index + 1, lineEnd: index + 1, source }),
  }));
  view.dispatch({ effects: planResults.of({ whole: true, statements }) });
}

function happen(runId: string, nodeIndex: number, ...events: object[]): void {
  const full = events.map((event) => ({ runId, nodeIndex, ...event }) as StatementEvent);
  view.dispatch({ effects: updateResults.of({ events: full, now: 0 }) });
}

const start = { type: "start" };
const end = { type: "result", isInvisible: false, durationMs: 1, endedAt: 0 };
const wrote = (text: string) => ({ type: "output", index: 0, item: { type: "stdout", text } });
const rows = () => Array.from(view.dom.querySelectorAll<HTMLElement>(".rdit-beside-row"));

describe("outputs beside the code", () => {
  test("stand in their column in the order of their statements, and none in the text", () => {
    plan("r");
    happen("r", 2, start, wrote("three\nlines\nhere\n"), end);
    happen("r", 0, start, wrote("42\n"), end);
    expect(rows().map(({ textContent }) => textContent?.includes("42"))).toEqual([true, false]);
    expect(rows()[1]?.textContent).toContain("three");
    expect(view.contentDOM.querySelector(".rdit-output, .rdit-inline")).toBeNull();
    expect(view.contentDOM.querySelectorAll(".rdit-spacer")).toHaveLength(1);
  });

  test("go on in the same element when they run again", () => {
    plan("r1");
    happen("r1", 1, start, wrote("one\ntwo\n"), end);
    const [before] = rows();
    plan("r2");
    expect(rows()).toEqual([before]);
    expect(before?.querySelector(".rdit-earlier")).not.toBeNull();
    happen("r2", 1, start, wrote("three\nfour\n"));
    expect(rows()).toEqual([before]);
    expect(before?.textContent).toContain("three");
    expect(before?.textContent).not.toContain("one");
  });

  test("move below their statements and back when that is chosen", () => {
    plan("r");
    happen("r", 0, start, wrote("42\n"), end);
    happen("r", 1, start, wrote("one\ntwo\n"), end);
    settings.value = { ...settings.peek(), layout: "below" };
    expect(view.dom.querySelector(".rdit-beside-column, .rdit-spacer")).toBeNull();
    expect(view.contentDOM.querySelector(".rdit-inline")?.textContent).toBe("42");
    expect(view.contentDOM.querySelectorAll(".rdit-output")).toHaveLength(1);
    settings.value = { ...settings.peek(), layout: "beside" };
    expect(rows()).toHaveLength(2);
  });

  test("are below where there is no room for a column", () => {
    view.destroy();
    Object.defineProperty(window, "innerWidth", { value: 900, configurable: true });
    const chosen = configuration(settings, new LateDrawing(() => Promise.resolve(drawing), drawing));
    view = new EditorView({ extensions: [results(), chosen.extension] });
    expect(view.dom.querySelector(".rdit-beside-column")).toBeNull();
  });
});

test("the line between code and outputs is moved by keys, and back by a double click", () => {
  const line = () => view.dom.querySelector<HTMLElement>("[role=separator]");
  const press = (key: string) => line()?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  expect(line()?.getAttribute("aria-valuenow")).toBe("46");
  press("ArrowLeft");
  press("ArrowLeft");
  press("ArrowRight");
  expect(line()?.getAttribute("aria-valuenow")).toBe("48");
  expect(document.documentElement.style.getPropertyValue("--column-share")).toBe("0.48");
  settings.value = { ...settings.peek(), layout: "below" };
  settings.value = { ...settings.peek(), layout: "beside" };
  expect(line()?.getAttribute("aria-valuenow")).toBe("48");
  for (let times = 0; times < 30; times += 1) press("ArrowLeft");
  expect(line()?.getAttribute("aria-valuenow")).toBe("70");
  line()?.dispatchEvent(new MouseEvent("dblclick"));
  expect(line()?.getAttribute("aria-valuenow")).toBe("46");
});

describe("keeping the statement that runs in sight", () => {
  beforeEach(() => {
    settings.value = { ...settings.peek(), keepInSight: true };
    scrolledTo = [];
  });

  test("brings each into sight as it begins", async () => {
    plan("r");
    happen("r", 0, start);
    await Promise.resolve();
    happen("r", 0, end);
    happen("r", 1, start, wrote("x"));
    await Promise.resolve();
    happen("r", 1, wrote("y"));
    await Promise.resolve();
    expect(scrolledTo).toEqual([0, 2]);
  });

  test("stops when the person scrolls, until the next run", async () => {
    plan("r1");
    happen("r1", 0, start);
    await Promise.resolve();
    view.scrollDOM.dispatchEvent(new Event("wheel"));
    happen("r1", 0, end);
    happen("r1", 1, start);
    await Promise.resolve();
    expect(scrolledTo).toEqual([0]);
    plan("r2");
    happen("r2", 2, start);
    await Promise.resolve();
    expect(scrolledTo).toEqual([0, 4]);
  });
});
