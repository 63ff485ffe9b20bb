import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { afterEach, beforeEach, expect, test } from "vitest";
import { decorations } from "../../../src/editor/results/decorations";
import { pageContext } from "../../../src/editor/results/page-context";
import { endRun, planResults, results, updateResults } from "../../../src/editor/results/results-field";
import { type StatementEvent, waiting } from "../../../src/session/results";

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const LINES = ["ax.bar()", "ax.set_title()"];
let view: EditorView;

beforeEach(() => {
  const page = {
    goToLine: () => undefined,
    goToLineOf: () => undefined,
    isScript: () => false,
    announce: () => undefined,
    resized: () => undefined,
    answer: () => undefined,
    askAgain: () => undefined,
    lookBack: () => Promise.reject(new Error()),
    stop: () => undefined,
  };
  view = new EditorView({
    parent: document.body,
    state: EditorState.create({
      doc: LINES.join("\n"),
      extensions: [results(), decorations(), pageContext.of(page)],
    }),
  });
});
afterEach(() => {
  view.destroy();
  document.body.replaceChildren();
});

function plan(runId: string): void {
  const statements = LINES.map((source, nodeIndex) => {
    const { from, to } = view.state.doc.line(nodeIndex + 1);
    const result = waiting(runId, { nodeIndex, lineStart: nodeIndex + 1, lineEnd: nodeIndex + 1, source });
    return { from, to, result };
  });
  view.dispatch({ effects: planResults.of({ whole: true, statements }) });
}

function happen(runId: string, nodeIndex: number, ...events: object[]): void {
  const full = events.map((event) => ({ runId, nodeIndex, lineStart: 1, lineEnd: 1, ...event }));
  view.dispatch({ effects: updateResults.of({ events: full as StatementEvent[], now: 0 }) });
}

const start = { type: "start", startedAt: 0 };
const end = { type: "result", isInvisible: false, durationMs: 1, endedAt: 0 };

function figure(note: object, isDrawn = false): object {
  const data = isDrawn ? { "image/png": PIXEL } : {};
  const item = { type: "display", text: "<Figure>", data, metadata: { figure: { id: "1", ...note } } };
  return { type: "output", index: 0, item, replaceFrom: isDrawn ? 0 : null };
}

/** A run in which the second statement goes on with the figure of the first. */
function run(runId: string): void {
  plan(runId);
  happen(runId, 0, start, figure({ pending: true }), end);
  happen(runId, 0, figure({ pending: true, step: true }));
  happen(runId, 1, start, figure({ pending: true }), end);
  happen(runId, 1, figure({}, true));
  view.dispatch({ effects: endRun.of({ runId }) });
}

const pictures = () => view.dom.querySelectorAll(".rdit-image").length;
const marks = () => Array.from(view.dom.querySelectorAll<HTMLElement>(".rdit-step"));

test("what is announced takes no place before it is drawn", () => {
  plan("r");
  happen("r", 0, start, figure({ pending: true }), end);
  expect(view.dom.querySelector(".rdit-output, .rdit-inline")).toBeNull();
  happen("r", 0, figure({}, true));
  expect(pictures()).toBe(1);
});

test("the picture of the run before stays until the next one is drawn", () => {
  run("r1");
  const before = view.dom.querySelector(".rdit-image");
  plan("r2");
  happen("r2", 0, start, figure({ pending: true, step: true }), end);
  happen("r2", 1, start, figure({ pending: true }), end);
  expect(view.dom.querySelector(".rdit-image")).toBe(before);
  expect(view.dom.querySelector(".rdit-output.rdit-earlier")).not.toBeNull();
  happen("r2", 1, figure({}, true));
  expect(pictures()).toBe(1);
  expect(view.dom.querySelector(".rdit-earlier")).toBeNull();
});

test("what later statements went on with is a mark that opens it, once it is drawn", async () => {
  run("r");
  expect([pictures(), marks()]).toEqual([1, []]);
  happen("r", 0, figure({ step: true }, true));
  expect(pictures()).toBe(1);
  const [mark] = marks();
  expect(mark?.getAttribute("aria-label")).toBe("The figure as it was after line 1");
  expect(mark?.closest(".cm-line")?.textContent).toBe(LINES[0]);
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  mark?.click();
  await expect.poll(() => document.querySelector("dialog.rdit-figure img")).not.toBeNull();
});

test("a mark of the run before stays while its statement waits and runs", () => {
  run("r1");
  happen("r1", 0, figure({ step: true }, true));
  plan("r2");
  happen("r2", 0, start);
  expect(marks().length).toBe(1);
  happen("r2", 0, end);
  expect(marks()).toEqual([]);
});

test("beside a step a value stands at the end of its line as ever", () => {
  plan("r");
  const echo = { type: "output", index: 0, item: { type: "stdout", text: "5\n" } };
  happen("r", 0, start, echo, { ...figure({ pending: true }), index: 1 }, end);
  happen("r", 0, { ...figure({ step: true }, true), index: 1 });
  expect(view.dom.querySelector(".rdit-inline")?.textContent).toBe("5");
  expect(marks().length).toBe(1);
});
