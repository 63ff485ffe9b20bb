import { describe, expect, test } from "vitest";
import { type Asked, questionOf } from "../../../src/panes/fresh/question";

const SOURCES: Record<number, string> = { 1: "load()", 2: "save()", 3: "call()" };

function ask(asked: Partial<Asked> & { effects?: [number, string][]; seconds?: number }) {
  const effects = (asked.effects ?? []).map(([lineStart, what]) => ({
    runId: "r",
    nodeIndex: lineStart - 1,
    lineStart,
    what,
  }));
  return questionOf({
    check: { seconds: asked.seconds ?? 0, effects },
    named: null,
    known: [],
    isAllowed: () => false,
    sourceAt: (line) => SOURCES[line] ?? "",
    ...asked,
  });
}

describe("what is asked before catching up", () => {
  test("nothing where it is quick and does nothing outside", () => {
    expect(ask({ seconds: 9.9 })).toBeNull();
  });

  test("names the time and what would be done again", () => {
    const question = ask({
      seconds: 14.2,
      effects: [
        [2, "wrote a.csv"],
        [2, "wrote b.csv"],
        [3, "connected to example.org"],
      ],
    });
    expect(question?.words).toBe("14 s, 2 written files and 1 connection to catch up");
    expect(question?.details).toContain("The last time it wrote a.csv.");
  });

  test("does not count one file twice, and no time that is short", () => {
    expect(
      ask({
        seconds: 1,
        effects: [
          [2, "wrote a.csv"],
          [3, "wrote a.csv"],
        ],
      })?.words,
    ).toBe("1 written file to catch up");
  });

  test("not about lines that are asked for by name", () => {
    const effects: [number, string][] = [[2, "wrote a.csv"]];
    expect(ask({ effects, named: { from: 2, to: 2 } })).toBeNull();
    const known = [{ source: "save()", lineStart: 2, seconds: 20 }];
    expect(ask({ seconds: 20, known, named: { from: 2, to: 2 } })).toBeNull();
    expect(ask({ seconds: 20, known, named: { from: 3, to: 3 } })?.words).toBe("20 s to catch up");
  });

  test("not again about statements that were allowed once", () => {
    const known = [{ source: "load()", lineStart: 1, seconds: 20 }];
    const first = ask({ seconds: 20, known, effects: [[2, "wrote a.csv"]] });
    expect(first?.sources).toEqual(["save()", "load()"]);
    const isAllowed = (source: string) => first?.sources.includes(source) ?? false;
    expect(ask({ seconds: 20, known, effects: [[2, "wrote a.csv"]], isAllowed })).toBeNull();
    expect(ask({ seconds: 31, known, isAllowed })?.words).toBe("11 s to catch up");
  });
});
