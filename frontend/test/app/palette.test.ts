import { describe, expect, it } from "vitest";
import { fitting } from "../../src/ui/finder/fitting";

const entries = [
  { title: "Run the whole script" },
  { title: "Reset: a fresh kernel" },
  { title: "Save the script" },
  { title: "Show the shortcuts" },
];
const titles = (query: string) => fitting(entries, query).map(({ title }) => title);

describe("the palette's search", () => {
  it("lists everything in its own order when nothing is typed", () => {
    expect(titles("")).toEqual(entries.map(({ title }) => title));
  });

  it("finds a command by the beginnings of its words", () => {
    expect(titles("rws")[0]).toBe("Run the whole script");
    expect(titles("sts")[0]).toBe("Save the script");
  });

  it("takes letters in order only, whatever their case", () => {
    expect(titles("RESET")).toEqual(["Reset: a fresh kernel"]);
    expect(titles("tpircs")).toEqual([]);
  });

  it("puts what is typed as it stands before what is scattered", () => {
    expect(titles("sh")[0]).toBe("Show the shortcuts");
  });

  it("finds a command by what else people call it, after those whose titles fit", () => {
    const commands = [
      { title: "Reset", aliases: "restart kernel" },
      { title: "Restore the file" },
      { title: "Theme: dark", aliases: "colours mode" },
    ];
    const found = (query: string) => fitting(commands, query).map(({ title }) => title);
    expect(found("kernel")).toEqual(["Reset"]);
    expect(found("rest")).toEqual(["Restore the file", "Reset"]);
    expect(found("dark mode")).toEqual(["Theme: dark"]);
    expect(found("odes")).toEqual([]);
  });
});
