import { afterEach, describe, expect, test, vi } from "vitest";
import { extended } from "../../src/backend/output";
import type { OutputItem } from "../../src/backend/types";
import { expectedHeight } from "../../src/output/expected-height";
import { renderItem } from "../../src/output/render";
import { inlineText } from "../../src/output/rendering/inline-text";
import { LOADING, printWhole } from "../../src/output/rendering/print-whole";
import { item, page } from "./items";
import samples from "./samples.json";

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const whole = item("display", "<Picture>", { "image/png": samples.png });

function omitted(metadata: OutputItem["metadata"] = null): OutputItem {
  return { ...item("display", "<Picture>"), metadata, dataOmitted: { "image/png": 1_048_576 } };
}

function render(shown: OutputItem, context = page()) {
  const rendered = renderItem(shown, context);
  document.body.append(rendered.dom);
  return rendered;
}

function press(dom: HTMLElement, label: string): void {
  (dom.querySelector(`button[aria-label="${label}"]`) as HTMLButtonElement).click();
}

describe("an output whose data were left out of the session's answer", () => {
  test("keeps its place until they have come, and then shows them", async () => {
    const wholeItem = vi.fn(async () => whole);
    const shown = omitted({ "image/png": { width: 640, height: 480 } });
    const { dom } = render(shown, { ...page(), wholeItem });
    const place = dom.querySelector<HTMLElement>(`[${LOADING}]`);
    expect(place?.style.aspectRatio).toBe("640 / 480");
    expect(place?.textContent).toBe("Output of 1.0 MB is on its way");
    expect(dom.getAttribute("aria-label")).toBe("Output of 1.0 MB");
    await vi.waitFor(() => expect(dom.querySelector("img")).not.toBeNull());
    expect(dom.querySelector(`[${LOADING}]`)).toBeNull();
    expect(dom.dataset.format).toBe("image/png");
    expect(wholeItem).toHaveBeenCalledExactlyOnceWith(shown, expect.any(AbortSignal));
  });

  test("is asked for once, however often it comes into sight", async () => {
    const wholeItem = vi.fn(async () => whole);
    const shown = omitted();
    const first = render(shown, { ...page(), wholeItem });
    await vi.waitFor(() => expect(first.dom.querySelector("img")).not.toBeNull());
    first.destroy();
    expect(render(shown, { ...page(), wholeItem }).dom.querySelector("img")).not.toBeNull();
    expect(wholeItem).toHaveBeenCalledOnce();
  });

  test("says why it does not come, and tries again", async () => {
    let answers = false;
    const wholeItem = async () => {
      if (!answers) throw new Error("No answer from the server.");
      return whole;
    };
    const { dom } = render(omitted(), { ...page(), wholeItem });
    await vi.waitFor(() => expect(dom.textContent).toContain("This output could not be shown."));
    expect(dom.textContent).toContain("No answer from the server.");
    expect(dom.textContent).toContain("<Picture>");
    expect(dom.querySelector(`[${LOADING}]`)).toBeNull();
    answers = true;
    [...dom.querySelectorAll("button")].find((one) => one.textContent === "Try again")?.click();
    await vi.waitFor(() => expect(dom.querySelector("img")).not.toBeNull());
  });

  test("is not asked for any more once it is out of sight", () => {
    const wholeItem = vi.fn((_item: OutputItem, _signal: AbortSignal) => new Promise<OutputItem>(() => {}));
    render(omitted(), { ...page(), wholeItem }).destroy();
    expect(wholeItem.mock.calls[0]?.[1].aborted).toBe(true);
  });

  test("is saved once it has come", async () => {
    let arrive: (item: OutputItem) => void = () => undefined;
    const wholeItem = () => new Promise<OutputItem>((resolve) => (arrive = resolve));
    const urls = vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:saved");
    const links: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      links.push(this.download);
    });
    const { dom } = render(omitted(), { ...page(), wholeItem });
    press(dom, "Save as a file");
    expect(links).toEqual([]);
    arrive(whole);
    await vi.waitFor(() => expect(links).toEqual(["output.png"]));
    urls.mockRestore();
  });

  test("is as text what it was, without its data", () => {
    const wholeItem = () => new Promise<OutputItem>(() => {});
    const { dom } = render(omitted(), { ...page(), wholeItem });
    press(dom, "Show as text");
    expect(dom.dataset.format).toBe("text");
    expect(dom.textContent).toContain("<Picture>");
  });

  test("takes as much room as the picture that was left out", () => {
    const metadata = { "image/png": { width: 640, height: 480 } };
    expect(expectedHeight(omitted(metadata), 1000)).toBe(expectedHeight({ ...whole, metadata }, 1000));
  });

  test("has a place of its own, unless its text is all that would be shown", () => {
    expect(inlineText([omitted()])).toBeNull();
    expect(inlineText([{ ...item("display", "text"), dataOmitted: { "text/plain": 9000 } }])).toBe("text");
  });

  test("has the data that a later display brings", () => {
    const piece = { item: item("display", "new", { "text/html": "<b>new</b>" }), replaceFrom: 0 };
    const next = extended(omitted(), piece);
    expect(next).toMatchObject({ text: "new", data: { "text/html": "<b>new</b>" }, dataOmitted: null });
  });

  test("is waited for before it is printed", async () => {
    let arrive: (item: OutputItem) => void = () => undefined;
    const wholeItem = () => new Promise<OutputItem>((resolve) => (arrive = resolve));
    const print = vi.fn();
    vi.stubGlobal("print", print);
    Object.defineProperty(document, "fonts", { value: { ready: Promise.resolve() }, configurable: true });
    HTMLImageElement.prototype.decode ??= async () => undefined;
    const { dom } = render(omitted(), { ...page(), wholeItem });
    const printing = printWhole(document.body);
    for (let frame = 0; frame < 10; frame += 1) await new Promise(requestAnimationFrame);
    expect(print).not.toHaveBeenCalled();
    arrive(whole);
    await printing;
    expect(print).toHaveBeenCalledOnce();
    expect(dom.querySelector("img")).not.toBeNull();
  });
});
