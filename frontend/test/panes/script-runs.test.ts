import { Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { changesBetween } from "../../src/editor/line-diff";
import { linesToRun } from "../../src/panes/script-runs";

describe("what runs after others changed the script", () => {
  const [before, after] = [Text.of(["a", "b", "c"]), Text.of(["a", "B", "c"])];
  const changes = changesBetween(before, after);

  it("is what the settings say", () => {
    expect(linesToRun("nothing", after, changes)).toBe("none");
    expect(linesToRun("all", after, changes)).toBeNull();
    expect(linesToRun("changed", after, changes)).toEqual({ from: 2, to: 3 });
    expect(linesToRun("all", after, changesBetween(after, after))).toBe("none");
  });
});
