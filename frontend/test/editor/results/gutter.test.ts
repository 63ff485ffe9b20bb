import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { statementGutter } from "../../../src/editor/results/gutter";
import { fileChanged, planResults, results, updateResults } from "../../../src/editor/results/results-field";
import { type StatementEvent, waiting } from "../../../src/session/results";

let view: EditorView;

beforeEach(() => {
  view = new EditorView({
    parent: document.body,
    state: EditorState.create({
      doc: "import shop\nshop.sell()\n",
      extensions: [results(), statementGutter(() => undefined)],
    }),
  });
  const statements = [
    { from: 0, to: 11, source: "import shop" },
    { from: 12, to: 23, source: "shop.sell()" },
  ].map(({ from, to, source }, nodeIndex) => ({
    from,
    to,
    result: waiting("r", { nodeIndex, lineStart: nodeIndex + 1, lineEnd: nodeIndex + 1, source }),
  }));
  view.dispatch({ effects: planResults.of({ whole: true, statements }) });
});
afterEach(() => view.destroy());

function happen(nodeIndex: number, ...events: object[]): void {
  const full = events.map((event) => ({ runId: "r", nodeIndex, ...event }) as StatementEvent);
  view.dispatch({ effects: updateResults.of({ events: full, now: 0 }) });
}

const ended = (more: object = {}) => ({
  type: "result",
  isInvisible: true,
  durationMs: 1300,
  endedAt: 0,
  ...more,
});
const marks = () => Array.from(view.dom.querySelectorAll<HTMLElement>(".rdit-mark-first"));
const kinds = () => marks().map(({ className }) => /rdit-mark-(?!first)(\w+)/.exec(className)?.[1]);

describe("the mark of a statement", () => {
  test("says how long it took and how much memory it wanted", () => {
    happen(0, { type: "start" }, ended({ peakMemoryBytes: 120_000_000 }));
    happen(1, { type: "start" }, ended({ peakMemoryBytes: 4096 }));
    expect(kinds()).toEqual(["done", "done"]);
    expect(marks()[0]?.title).toMatch(/^Done, 1\.3 s\nRaised the peak of memory by 120(\.0)? MB$/);
    expect(marks()[1]?.title).toBe("Done, 1.3 s");
  });

  test("says which files it imported have changed since, each once", () => {
    happen(0, { type: "start" }, ended());
    happen(1, { type: "start" }, ended());
    const statements = [{ runId: "r", nodeIndex: 0 }];
    for (const path of ["shop.py", "prices.py", "shop.py"])
      view.dispatch({ effects: fileChanged.of({ path, statements, how: "changedImports" }) });
    expect(kinds()).toEqual(["outdated", "older"]);
    expect(marks()[0]?.title).toContain("Changed since: shop.py, prices.py");
    expect(marks()[1]?.title).toContain("Older than line 1, which used a file that changed since");
  });

  test("of an edited statement says that first", () => {
    happen(0, { type: "start" }, ended());
    view.dispatch({
      effects: fileChanged.of({
        path: "shop.py",
        statements: [{ runId: "r", nodeIndex: 0 }],
        how: "changedImports",
      }),
    });
    view.dispatch({ changes: { from: 11, insert: "s" } });
    expect(kinds()[0]).toBe("stale");
    expect(marks()[0]?.title).toContain("Edited since it ran");
  });
});
