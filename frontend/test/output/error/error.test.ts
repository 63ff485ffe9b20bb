import { afterEach, expect, test, vi } from "vitest";
import type { OutputItem } from "../../../src/backend/types";
import { ERROR_FORMAT } from "../../../src/output/error/error-report";
import { renderItem } from "../../../src/output/render";
import { errors, item, page } from "../items";

afterEach(() => document.body.replaceChildren());

function render(shown: OutputItem, context = page()): HTMLElement {
  const { dom } = renderItem(shown, context);
  document.body.append(dom);
  return dom.querySelector(".rdit-error") as HTMLElement;
}

const texts = (dom: HTMLElement, selector: string) =>
  Array.from(dom.querySelectorAll(selector), (one) => one.textContent);

test("what went wrong comes first, then where, from the inside out", () => {
  const dom = render(errors.simple);
  expect(dom.firstElementChild?.textContent).toBe("ZeroDivisionError: division by zero");
  expect(texts(dom, ".rdit-error-place")).toEqual(["line 5 in mean", "line 9"]);
  expect(texts(dom, ".rdit-error-source")).toEqual([
    "return sum(values) / len(values)",
    "total = mean([]) + 1",
  ]);
});

test("the failing expression is marked within its line", () => {
  expect(texts(render(errors.simple), "mark")).toEqual(["sum(values) / len(values)", "mean([])"]);
});

test("a frame of the script leads to its line and column", () => {
  const goToLine = vi.fn();
  const dom = render(errors.simple, { ...page(), goToLine });
  dom.querySelector("button")?.click();
  expect(goToLine).toHaveBeenCalledExactlyOnceWith(5, 11);
});

test("frames of libraries are folded under the library's name", () => {
  const dom = render(errors.chained);
  const folded = dom.querySelector(".rdit-error-folded") as HTMLButtonElement;
  expect(folded.textContent).toBe("2 frames in pandas");
  expect(texts(dom, ".rdit-error-place")).not.toContain("core/frame.py line 4102 in __getitem__");
  folded.click();
  expect(folded.getAttribute("aria-expanded")).toBe("true");
  expect(texts(dom, ".rdit-error-place")).toContain("core/frame.py line 4102 in __getitem__");
});

test("frames that Cython compiled are folded under their package's name, unless their source is here", () => {
  const frame = (file: string, name: string, source = "") => ({ file, line: 1, name, source });
  const frames = [
    frame("own.pyx", "own.f", "return x[0]"),
    frame("pandas/_libs/index.pyx", "pandas._libs.index.IndexEngine.get_loc"),
    frame("_generator.pyx", "numpy.random._generator.Generator.choice"),
  ];
  const dom = render(item("error", "", { [ERROR_FORMAT]: { type: "KeyError", message: "'a'", frames } }));
  expect(texts(dom, ".rdit-error-folded")).toEqual(["2 frames in numpy, pandas"]);
  expect(texts(dom, ".rdit-error-place")).toEqual(["own.pyx line 1 in own.f"]);
});

test("a module of the user's own is shown, and leads nowhere", () => {
  const place = Array.from(render(errors.chained).querySelectorAll(".rdit-error-place")).find((one) =>
    one.textContent?.includes("reports.py"),
  );
  expect(place?.textContent).toBe("ada/reports.py line 12 in report");
  expect(place?.closest("button")).toBeNull();
});

test("the variables of a frame are there for who asks", () => {
  const frame = { file: "a.py", line: 2, name: "f", source: "1 / x", inScript: true };
  const variables = [{ name: "x", value: "0" }, { name: "items", value: "['<b>', 2]" }, { name: "broken" }];
  const report = {
    type: "E",
    message: "",
    frames: [
      { ...frame, variables },
      { ...frame, variables: "?" },
    ],
  };
  const dom = render(item("error", "E\n", { [ERROR_FORMAT]: report }));
  const [toggle, ...more] = dom.querySelectorAll<HTMLButtonElement>(".rdit-error-more");
  expect(more).toEqual([]);
  expect(toggle?.textContent).toBe("2 variables");
  expect(texts(dom, "dt")).toEqual([]);
  toggle?.click();
  expect(toggle?.getAttribute("aria-expanded")).toBe("true");
  expect(texts(dom, "dt")).toEqual(["x", "items"]);
  expect(texts(dom, "dd")).toEqual(["0", "['<b>', 2]"]);
  toggle?.click();
  expect(dom.querySelector<HTMLElement>("dl")?.hidden).toBe(true);
});

test("notes and causes are told, and how the cause relates", () => {
  const dom = render(errors.chained);
  expect(texts(dom, ".rdit-error-note")).toEqual(["while reading sales.csv"]);
  expect(texts(dom, ".rdit-error-cause > .rdit-error-relation")).toEqual(["caused by"]);
  expect(texts(dom, ".rdit-error-cause .rdit-error-heading")).toEqual(["KeyError: 'price'"]);
});

test("an exception that came while another was handled says so", () => {
  const dom = render(
    item("error", "", {
      [ERROR_FORMAT]: {
        type: "ValueError",
        message: "",
        frames: [],
        causes: [{ relation: "context", type: "KeyError", message: "1", frames: [] }],
      },
    }),
  );
  expect(texts(dom, ".rdit-error-relation")).toEqual(["while handling"]);
});

test("each member of a group is told", () => {
  expect(texts(render(errors.group), ".rdit-error-member .rdit-error-heading")).toEqual([
    "ValueError: bad value",
    "TimeoutError",
  ]);
});

test("a deep recursion is folded in its middle", () => {
  const dom = render(errors.recursion);
  expect(texts(dom, ".rdit-error-place")).toHaveLength(12);
  expect(texts(dom, ".rdit-error-folded")).toEqual(["979 more frames"]);
});

test("frames that the kernel left out are counted where they were", () => {
  const frames = [1, 2, 3, 4].map((line) => ({
    file: "/home/ada/analysis.py",
    line,
    name: "f",
    source: "",
    inScript: true,
  }));
  const dom = render(
    item("error", "", { [ERROR_FORMAT]: { type: "E", message: "", frames, omittedFrames: 700 } }),
  );
  expect(texts(dom, ".rdit-error-frames > li")).toEqual([
    "line 4 in f",
    "line 3 in f",
    "… 700 frames left out …",
    "line 2 in f",
    "line 1 in f",
  ]);
});

test("what was being done when the exception came is said before it", () => {
  const { text, data } = errors.simple;
  const dom = render(item("error", `The value could not be shown: repr() failed.\n${text}`, data));
  expect(dom.firstElementChild?.textContent).toBe("The value could not be shown: repr() failed.");
});

test("the last stack of a process that died is shown with links", () => {
  const detail =
    'Current thread (most recent call first):\n  File "/home/ada/analysis.py", line 4 in <module>\n';
  const data = { [ERROR_FORMAT]: { type: "Died", message: "killed by SIGSEGV", frames: [], detail } };
  const dom = render(item("error", "", data));
  expect(texts(dom, ".rdit-error-link")).toEqual(['File "/home/ada/analysis.py", line 4']);
});

test("without a description, the lines of the text that name the script lead there", () => {
  const goToLine = vi.fn();
  const dom = render(errors.textOnly, { ...page(), goToLine });
  expect(texts(dom, "button")).toEqual(['File "/home/ada/analysis.py", line 9']);
  dom.querySelector("button")?.click();
  expect(goToLine).toHaveBeenCalledExactlyOnceWith(9);
  expect(dom.textContent).toBe(errors.textOnly.text);
});

test("nothing of a message is HTML, and a very long one is cut", () => {
  const message = `<img src=x onerror=alert(1)>${"x".repeat(10_000)}`;
  const dom = render(item("error", "", { [ERROR_FORMAT]: { type: "<b>E</b>", message, frames: [] } }));
  expect(dom.querySelector("img, b")).toBeNull();
  expect(dom.textContent?.length).toBeLessThan(5000);
  dom.querySelector("button")?.click();
  expect(dom.textContent).toBe(`<b>E</b>: ${message}`);
});

test.each([
  ["a number", 3],
  ["a list", []],
  ["no type", { message: "x" }],
  ["frames that are none", { type: "E", frames: [null, 3, { file: 1 }, "x"] }],
  ["causes that are none", { type: "E", causes: { 0: 1 }, exceptions: [[]], notes: 7 }],
])("a description that is %s breaks nothing", (_, data) => {
  expect(render(item("error", "Traceback …\nE: x\n", { [ERROR_FORMAT]: data })).textContent).toContain("E");
});

test("causes without end come to an end", () => {
  const endless: Record<string, unknown> = { type: "E", message: "", frames: [] };
  endless.causes = [endless];
  expect(
    texts(render(item("error", "", { [ERROR_FORMAT]: endless })), ".rdit-error-heading").length,
  ).toBeLessThan(30);
});
