import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { OutputItem } from "../../../src/backend/types";
import { decorations } from "../../../src/editor/results/decorations";
import { pageContext } from "../../../src/editor/results/page-context";
import { endRun, planResults, results, updateResults } from "../../../src/editor/results/results-field";
import { type StatementEvent, waiting } from "../../../src/session/results";

const answer = vi.fn();
const askAgain = vi.fn();
let view: EditorView;

beforeEach(() => {
  answer.mockReset();
  const page = {
    goToLine: () => undefined,
    goToLineOf: () => undefined,
    isScript: () => false,
    announce: () => undefined,
    resized: () => undefined,
    answer,
    askAgain,
    lookBack: () => Promise.reject(new Error()),
    stop: () => undefined,
  };
  view = new EditorView({
    parent: document.body,
    state: EditorState.create({
      doc: "a\nb\n",
      extensions: [results(), decorations(), pageContext.of(page)],
    }),
  });
});
afterEach(() => view.destroy());

/** Run the statement on the first line as *runId* and let *events* happen to it. */
function plan(runId: string): void {
  const result = waiting(runId, { nodeIndex: 0, lineStart: 1, lineEnd: 1, source: "a" });
  view.dispatch({ effects: planResults.of({ whole: false, statements: [{ from: 0, to: 1, result }] }) });
}

function happen(runId: string, ...events: object[]): void {
  const full = events.map(
    (event) => ({ runId, nodeIndex: 0, lineStart: 1, lineEnd: 1, ...event }) as StatementEvent,
  );
  view.dispatch({ effects: updateResults.of({ events: full, now: 0 }) });
}

const start = { type: "start" };
const end = { type: "result", isInvisible: false, durationMs: 1, endedAt: 0 };

function wrote(text: string, item: Partial<OutputItem> = {}, index = 0): object {
  return { type: "output", index, item: { type: "stdout", text, ...item } };
}

function below(): HTMLElement | null {
  return view.dom.querySelector(".rdit-output");
}

function inline(): HTMLElement | null {
  return view.dom.querySelector(".rdit-inline");
}

describe("a short value", () => {
  test("stands at the end of the line", () => {
    plan("r");
    happen("r", start, wrote("42\n"), end);
    expect(inline()?.textContent).toBe("42");
    expect(inline()?.closest(".cm-line")?.textContent).toBe("a42");
    expect(below()).toBeNull();
  });

  test("stands there as soon as it is written, and stays there", () => {
    plan("r");
    happen("r", start, wrote("42\n"));
    expect(inline()?.textContent).toBe("42");
    happen("r", end);
    expect(inline()?.textContent).toBe("42");
    expect(below()).toBeNull();
  });

  test("moves below when more lines follow", () => {
    plan("r");
    happen("r", start, wrote("42\n"));
    happen("r", wrote("43\n"));
    expect(inline()).toBeNull();
    expect(below()?.textContent).toContain("43");
  });

  test("stays below while it runs where the last run had more lines, and is at the line's end after it", () => {
    plan("r");
    happen("r", start, wrote("42\n43\n"), end);
    plan("s");
    happen("s", start, wrote("42\n"));
    expect(below()?.textContent).toContain("42");
    happen("s", end);
    expect(inline()?.textContent).toBe("42");
    expect(below()).toBeNull();
  });

  test("of an edited statement is marked, and says why", () => {
    plan("r");
    happen("r", start, wrote("42\n"), end);
    view.dispatch({ changes: { from: 1, insert: "a" } });
    expect(inline()?.classList.contains("rdit-stale")).toBe(true);
    expect(inline()?.title).toContain("edited");
  });
});

describe("output below its statement", () => {
  test("goes on in the same element while more comes", () => {
    plan("r");
    happen("r", start, wrote("one\nand\n"));
    const before = below();
    happen("r", wrote("two\n"));
    happen("r", wrote("oops\n", { type: "stderr" }, 1), end);
    expect(below()).toBe(before);
    expect(before?.textContent).toMatch(/one\s*and\s*two/);
    expect(
      [...(before?.querySelectorAll(".rdit-item") ?? [])].map((item) => item.getAttribute("data-type")),
    ).toEqual(["stdout", "stderr"]);
  });

  test("is not drawn again when something else changes", () => {
    plan("r");
    happen("r", start, wrote("one\ntwo\n"), end);
    const item = view.dom.querySelector(".rdit-item");
    view.dispatch({ changes: { from: 2, insert: "more" } });
    expect(view.dom.querySelector(".rdit-item")).toBe(item);
  });

  test("loses the items that a clear takes away", () => {
    plan("r");
    happen("r", start, wrote("one\n"), wrote("two\n", { type: "stderr" }, 1));
    happen("r", { type: "clear" }, wrote("three\nfour\n"));
    expect(view.dom.querySelectorAll(".rdit-item")).toHaveLength(1);
    expect(below()?.textContent).not.toContain("one");
  });

  test("of an earlier run is shown as such until there is newer output, and stays if there is none", () => {
    plan("r1");
    happen("r1", start, wrote("one\ntwo\n"), end);
    plan("r2");
    expect(below()?.classList.contains("rdit-earlier")).toBe(true);
    expect(below()?.textContent).toContain("one");
    view.dispatch({ effects: endRun.of({ runId: "r2" }) });
    expect(below()?.classList.contains("rdit-earlier")).toBe(false);
    expect(below()?.textContent).toContain("one");
  });

  test("is not there for an empty line", () => {
    plan("r");
    happen("r", start, wrote("\n"), end);
    expect(below()).toBeNull();
  });
});

describe("a statement that asks", () => {
  function ask(prompt: string, password = false): HTMLFormElement {
    plan("r");
    happen("r", start, wrote(prompt), { type: "input", question: 7, prompt, password });
    return below()?.querySelector("form") as HTMLFormElement;
  }

  test("shows a field, named after the prompt, and sends what is entered", () => {
    const form = ask("Name? ");
    const field = form.querySelector("input") as HTMLInputElement;
    expect(form.querySelector("label")?.textContent).toBe("Name?");
    field.value = "Ann";
    form.dispatchEvent(new Event("submit", { cancelable: true }));
    expect(answer).toHaveBeenCalledExactlyOnceWith("Ann", 7);
    expect(field.disabled).toBe(true);
  });

  test("hides a password", () => {
    expect(ask("Key: ", true).querySelector("input")?.type).toBe("password");
  });

  test("can be told that there is no more", () => {
    const form = ask("? ");
    (form.querySelector("button[type=button]") as HTMLButtonElement).click();
    expect(answer).toHaveBeenCalledExactlyOnceWith(null, 7);
  });

  test("asks no longer once it has its answer", () => {
    ask("? ");
    happen("r", { type: "input-done" });
    expect(view.dom.querySelector("form")).toBeNull();
  });

  test("shows what it was answered before, and asks again when one wants to", () => {
    plan("r");
    const answer = { prompt: "Name? ", text: "Ann", number: 0, given: true };
    happen("r", start, wrote("Name? Ann\n"), { type: "input-done", answer }, end);
    expect(below()?.querySelector(".rdit-given")?.textContent).toContain("Answered as before: Ann");
    below()?.querySelector<HTMLButtonElement>(".rdit-given button")?.click();
    expect(askAgain).toHaveBeenCalledExactlyOnceWith("r:0");
  });
});

describe("a statement that shows the same again", () => {
  test("keeps its elements while it writes, and afterwards", () => {
    plan("r");
    happen("r", start, wrote("a\nb\n"), end);
    const item = below()?.querySelector(".rdit-item");
    plan("s");
    happen("s", start, wrote("a\n"));
    expect(below()?.classList.contains("rdit-earlier")).toBe(true);
    expect(below()?.textContent).toContain("b");
    happen("s", wrote("b\n"), end);
    expect(below()?.classList.contains("rdit-earlier")).toBe(false);
    expect(below()?.querySelector(".rdit-item")).toBe(item);
  });

  test("shows what is new as soon as it is another", () => {
    plan("r");
    happen("r", start, wrote("a\nb\n"), end);
    plan("s");
    happen("s", start, wrote("a\nc"));
    expect(below()?.classList.contains("rdit-earlier")).toBe(false);
    expect(below()?.textContent).toContain("c");
  });
});
