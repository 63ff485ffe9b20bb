// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { titleOf } from "../../src/editor/console/console-block";
import { EnteredCode } from "../../src/editor/console/entered-code";

describe("what was entered before", () => {
  it("comes back from the newest on, and ends with what was being written", () => {
    const entered = new EnteredCode();
    entered.add("a");
    entered.add("b");
    expect(entered.older("draft")).toBe("b");
    expect(entered.older("b")).toBe("a");
    expect(entered.older("a")).toBeNull();
    expect(entered.newer()).toBe("b");
    expect(entered.newer()).toBe("draft");
    expect(entered.newer()).toBeNull();
  });

  it("has what was entered twice in a row once", () => {
    const entered = new EnteredCode();
    entered.add("a");
    entered.add("a");
    expect(entered.older("")).toBe("a");
    expect(entered.older("a")).toBeNull();
  });
});

describe("the title of a console", () => {
  const place = { nodeIndex: 4, runId: "r", line: 12 };

  it("names the statement after which the state is", () => {
    expect(titleOf(place)).toBe("As it was after line 12");
    expect(titleOf(place, { nodeIndex: 5, lineStart: 13 })).toBe("As it was after line 12");
    expect(titleOf(place, { nodeIndex: 5 })).toBe("As it was after line 12");
  });

  it("says when the nearest copy is of an earlier state", () => {
    expect(titleOf(place, { nodeIndex: 3, lineStart: 9 })).toBe(
      "As it was before line 9: the nearest copy that was kept",
    );
  });
});
