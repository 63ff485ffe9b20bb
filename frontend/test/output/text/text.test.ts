import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { OutputItem } from "../../../src/backend/types";
import { renderItem } from "../../../src/output/render";
import type { RenderedItem } from "../../../src/output/rendering/rendering";
import { item, page } from "../items";
import samples from "../samples.json";

let rendered: RenderedItem | undefined;

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  rendered?.destroy();
  document.body.replaceChildren();
  vi.useRealTimers();
});

function render(shown: OutputItem, context = page()): HTMLElement {
  rendered = renderItem(shown, context);
  document.body.append(rendered.dom);
  return rendered.dom;
}

/** The lines in the document, as a reader sees them. */
function lines(dom: HTMLElement): string[] {
  return Array.from(dom.querySelectorAll(".rdit-line"), (line) =>
    (line.textContent ?? "").replace(/\n$/, ""),
  );
}

function press(dom: HTMLElement, name: string | RegExp): void {
  const found = Array.from(dom.querySelectorAll("button")).find((one) => {
    const label = one.getAttribute("aria-label") ?? one.textContent ?? "";
    return typeof name === "string" ? label === name : name.test(label);
  });
  if (!found || found.hidden) throw new Error(`no button ${name}`);
  found.click();
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join("");

test("a short text is shown whole, and nothing of it is HTML", () => {
  const dom = render(item("stdout", "<b>one</b>\n<script>alert(1)</script>\n"));
  expect(lines(dom)).toEqual(["<b>one</b>", "<script>alert(1)</script>"]);
  expect(dom.querySelector("b, script")).toBeNull();
});

test("what is selected and copied has one newline per line", () => {
  expect(render(item("stdout", "a\n\nb\n")).querySelector("pre")?.textContent).toBe("a\n\nb\n");
});

describe("a long text", () => {
  test("is folded to its beginning and its end, with the size between", () => {
    const dom = render(item("stdout", numbered(0, 100_000)));
    vi.runAllTimers();
    expect(lines(dom).slice(0, 2)).toEqual(["line 0", "line 1"]);
    expect(lines(dom).at(-1)).toBe("line 99999");
    expect(lines(dom)).toHaveLength(24);
    expect(dom.querySelector(".rdit-fold-size")?.textContent).toBe("99,976 lines folded · 1.1 MB in all");
  });

  test("shows more of itself in steps", () => {
    const dom = render(item("stdout", numbered(0, 2000)));
    press(dom, "Show 500 more");
    expect(lines(dom).slice(0, 510)).toEqual(numbered(0, 510).trimEnd().split("\n"));
    expect(lines(dom).slice(510)).toEqual(numbered(1986, 2000).trimEnd().split("\n"));
    for (let step = 0; step < 2; step += 1) press(dom, "Show 500 more");
    press(dom, "Show 476 lines");
    expect(lines(dom)).toHaveLength(2000);
    press(dom, "Show less");
    expect(lines(dom)).toHaveLength(24);
  });

  test("shows all of itself in a frame that holds few lines at a time", () => {
    const dom = render(item("stdout", numbered(0, 300_000)));
    vi.runAllTimers();
    press(dom, "Show all");
    expect(lines(dom)[0]).toBe("line 0");
    expect(lines(dom).length).toBeLessThan(200);
    const scroller = dom.querySelector(".rdit-scroller") as HTMLElement;
    scroller.scrollTop = 21 * 250_000;
    scroller.dispatchEvent(new Event("scroll"));
    expect(lines(dom)).toContain("line 250000");
    expect(lines(dom).length).toBeLessThan(200);
    press(dom, "Show less");
    expect(lines(dom)).toHaveLength(24);
  });

  test("is read in portions that let the page live", () => {
    const dom = render(item("stdout", numbered(0, 400_000)));
    expect(lines(dom).at(-1)).not.toBe("line 399999");
    vi.runAllTimers();
    expect(lines(dom).at(-1)).toBe("line 399999");
  });

  test("finds words in lines that are not shown", () => {
    const dom = render(item("stdout", `${numbered(0, 60_000)}THE needle is here\n${numbered(0, 60_000)}`));
    press(dom, "Find in this output");
    const input = dom.querySelector("input") as HTMLInputElement;
    input.value = "the Needle";
    input.dispatchEvent(new Event("input"));
    vi.runAllTimers();
    expect(dom.querySelector("mark")?.textContent).toBe("THE needle");
    expect(dom.querySelector(".rdit-search-found")?.textContent).toBe("1 of 1");
    input.value = "line 59999";
    input.dispatchEvent(new Event("input"));
    vi.runAllTimers();
    expect(dom.querySelector(".rdit-search-found")?.textContent).toBe("1 of 2");
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    expect(dom.querySelector(".rdit-search-found")?.textContent).toBe("2 of 2");
    input.value = "no such words";
    input.dispatchEvent(new Event("input"));
    vi.runAllTimers();
    expect(dom.querySelector(".rdit-search-found")?.textContent).toBe("Not found");
    expect(dom.querySelector("mark")).toBeNull();
  });

  test("says how much the server left out, and where", () => {
    const dom = render({ ...item("stdout", "head\ntail\n"), cutAt: 5, omitted: 12_345_678 });
    expect(lines(dom)).toEqual([
      "head",
      "… 12,345,678 characters left out here: more than the page follows live. “Save as a file” has all …",
      "tail",
    ]);
  });

  test("saves what the server left out as well", async () => {
    const urls = vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:saved");
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => undefined);
    const shown = { ...item("stdout", "head\ntail\n"), cutAt: 5, omitted: 9 };
    const wholeText = vi.fn(async () => "head\nthe\rThe rest\ntail\n");
    press(render(shown, { ...page(), wholeText }), "Save as a file");
    await vi.waitFor(() => expect(urls).toHaveBeenCalled());
    expect(wholeText).toHaveBeenCalledWith(shown);
    const [saved] = urls.mock.lastCall ?? [];
    expect(saved instanceof Blob && (await saved.text())).toBe("head\nThe rest\ntail\n");
    vi.restoreAllMocks();
  });

  test("a line of a million characters is cut until a reader asks for more", () => {
    const dom = render(item("stdout", `${"x".repeat(1_000_000)}\n`));
    expect(lines(dom)[0]).toBe(`${"x".repeat(2000)}… 998,000 more characters`);
    press(dom, /more characters/);
    expect(lines(dom)[0]?.startsWith("x".repeat(20_000))).toBe(true);
  });
});

describe("a text that grows", () => {
  const frame = () => vi.advanceTimersByTime(20);

  test("keeps the elements of the lines that stay", () => {
    const dom = render(item("stdout", "one\ntwo\n"));
    const first = dom.querySelector(".rdit-line");
    expect(rendered?.update(item("stdout", "one\ntwo\nthree\n"))).toBe(true);
    expect(lines(dom)).toEqual(["one", "two", "three"]);
    expect(dom.querySelector(".rdit-line")).toBe(first);
  });

  test("is drawn once a frame, and its last state is never missed", () => {
    const resized = vi.fn();
    const dom = render(item("stdout", "0\n"), { ...page(), resized });
    resized.mockClear();
    for (let index = 1; index <= 50; index += 1) rendered?.update(item("stdout", `${index}\n`));
    frame();
    frame();
    expect(lines(dom)).toEqual(["50"]);
    expect(resized.mock.calls.length).toBeLessThan(5);
  });

  test("folds as soon as it is longer than its fold, so that it never shrinks", () => {
    const dom = render(item("stdout", numbered(0, 1)));
    let most = 0;
    for (let length = 2; length < 100; length += 1) {
      rendered?.update(item("stdout", numbered(0, length)));
      frame();
      expect(lines(dom).length).toBeGreaterThanOrEqual(most);
      most = lines(dom).length;
    }
    expect(lines(dom)).toHaveLength(24);
    expect(lines(dom).at(-1)).toBe("line 98");
  });

  test("a progress bar stays one line", () => {
    const steps = samples.tqdm.split("\r");
    const dom = render(item("stderr", ""));
    for (let length = 1; length <= steps.length; length += 1) {
      rendered?.update(item("stderr", steps.slice(0, length).join("\r")));
      frame();
      expect(lines(dom).length).toBeLessThanOrEqual(1);
    }
    expect(lines(dom)[0]).toMatch(/^Training: 100%\|█{25}\| 100\/100 /);
  });

  test("the bars of rich end in their last state", () => {
    const dom = render(item("stdout", samples.richProgress));
    expect(lines(dom)).toHaveLength(2);
    expect(lines(dom)[0]).toMatch(/^Reading ━+ 100%/);
    expect(lines(dom)[1]).toMatch(/^Fitting ━+ *╺?━* +75%/);
  });

  test("what a reader opened stays open when the item is drawn anew", () => {
    const shown = item("stdout", numbered(0, 2000));
    press(render(shown), "Show 500 more");
    rendered?.destroy();
    document.body.replaceChildren();
    expect(lines(render(shown))).toHaveLength(524);
  });
});

describe("colours", () => {
  test("of the sixteen follow the theme", () => {
    const dom = render(item("stdout", "\x1b[31mred\x1b[0m \x1b[1;92mgreen\x1b[0m"));
    expect(dom.querySelector(".rdit-ink-1")?.textContent).toBe("red");
    expect(dom.querySelector(".rdit-ink-10.rdit-bold")?.textContent).toBe("green");
  });

  test("of the script's own on its own background are changed only when they cannot be read", () => {
    const dom = render(
      item(
        "stdout",
        "\x1b[38;2;255;255;255;48;2;0;0;120mgood\x1b[0m\x1b[38;2;250;250;250;48;2;255;255;255mbad",
      ),
    );
    const [good, bad] = Array.from(dom.querySelectorAll<HTMLElement>(".rdit-line > span"));
    expect(good?.style.color.replace(/\s/g, "")).toBe("rgb(255,255,255)");
    expect(bad?.style.color.replace(/\s/g, "")).toBe("rgb(0,0,0)");
  });

  test("links open elsewhere and tell nobody where from", () => {
    const link = render(item("stdout", "\x1b]8;;https://example.org/\x1b\\here\x1b]8;;\x1b\\")).querySelector(
      "a",
    );
    expect(link?.href).toBe("https://example.org/");
    expect([link?.target, link?.rel]).toEqual(["_blank", "noopener noreferrer"]);
  });
});

test("columns are not torn by wrapping, and a reader can choose", () => {
  const dom = render(item("stdout", samples.wide.text));
  const text = dom.querySelector(".rdit-text") as HTMLElement;
  expect(text.classList.contains("rdit-wrap")).toBe(false);
  press(dom, "Wrap long lines");
  expect(text.classList.contains("rdit-wrap")).toBe(true);
  const prose = render(item("stdout", `${"word ".repeat(100)}\n`));
  expect(prose.querySelector(".rdit-wrap")).not.toBeNull();
});
