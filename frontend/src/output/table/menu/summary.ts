/** The summary of a column: a few figures and a histogram or its most frequent values. */
import { count } from "../../../ui/amounts";
import { element } from "../../../ui/element";
import type { Summary } from "../data/table";

const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });

export function summaryView(summary: Summary): HTMLElement {
  const { missing, distinct, minimum, mean, maximum, histogram, frequent } = summary;
  const facts = element("dl", { class: "rdit-grid-facts" });
  const fact = (term: string, value: string) =>
    facts.append(element("dt", {}, term), element("dd", {}, value));
  fact("Missing", missing === 0 ? "none" : `${number.format(missing)} (${share(missing, summary.count)})`);
  if (distinct !== null) fact("Distinct", new Intl.NumberFormat("en").format(distinct));
  if (minimum !== null) fact("Minimum", inWords(minimum));
  if (mean !== null) fact("Mean", inWords(mean));
  if (maximum !== null) fact("Maximum", inWords(maximum));
  const view = element("div", { class: "rdit-grid-summary" }, facts);
  if (histogram?.some((bin) => bin > 0)) view.append(histogramView(histogram, minimum, maximum));
  if (frequent && frequent.length > 0) view.append(frequencies(frequent, summary.count));
  return view;
}

function inWords(value: string | number): string {
  if (typeof value === "string") return value;
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e15 || size < 1e-4)
    ? value.toExponential(5).replace(/\.?0+e/, "e")
    : number.format(value);
}

/** `3.2 %`; never 0 % of what there is, never 100 % of what is not all. */
export function share(part: number, whole: number): string {
  if (whole === 0) return "0 %";
  const percent = (part / whole) * 100;
  if (part > 0 && percent < 0.1) return "< 0.1 %";
  if (part < whole && percent > 99.9) return "> 99.9 %";
  return `${percent >= 10 ? Math.round(percent * 10) / 10 : percent.toPrecision(2).replace(/\.0$/, "")} %`;
}

function histogramView(
  bins: readonly number[],
  minimum: Summary["minimum"],
  maximum: Summary["maximum"],
): HTMLElement {
  const most = Math.max(...bins);
  const bars = element("div", { class: "rdit-grid-bars", "aria-hidden": "true" });
  const [low, high] = [minimum, maximum];
  bins.forEach((amount, at) => {
    const bar = element("span", { class: "rdit-grid-bar-of-bin" });
    // What is rare is still seen.
    bar.style.height = amount === 0 ? "0" : `${Math.max(3, (amount / most) * 100)}%`;
    let between = "";
    if (typeof low === "number" && typeof high === "number") {
      const width = (high - low) / bins.length;
      between = `${inWords(low + at * width)} to ${inWords(low + (at + 1) * width)}: `;
    }
    const slot = element("span", { title: `${between}${count(amount, "value")}` }, bar);
    bars.append(slot);
  });
  const ends = element(
    "div",
    { class: "rdit-grid-ends" },
    element("span", {}, low === null ? "" : inWords(low)),
    element("span", {}, high === null ? "" : inWords(high)),
  );
  const peak = bins.indexOf(most);
  return element(
    "figure",
    { "aria-label": `Histogram of ${bins.length} bins; most values are in bin ${peak + 1}` },
    bars,
    ends,
  );
}

function frequencies(frequent: NonNullable<Summary["frequent"]>, all: number): HTMLElement {
  const most = Math.max(...frequent.map(([, times]) => times));
  const list = element("ol", { class: "rdit-grid-frequent", "aria-label": "Most frequent values" });
  for (const [text, times] of frequent) {
    const bar = element("span", { class: "rdit-grid-share", "aria-hidden": "true" });
    bar.style.width = `${(times / most) * 100}%`;
    list.append(
      element(
        "li",
        { title: text },
        bar,
        element("span", { class: "rdit-grid-value" }, text === "" ? "(empty)" : text),
        element("span", { class: "rdit-grid-times" }, `${number.format(times)} · ${share(times, all)}`),
      ),
    );
  }
  return list;
}
