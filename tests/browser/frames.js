// Looks at the page once in every animation frame, as it is about to be painted: after all callbacks of the frame and all
// observers of sizes. Each line of the script ends with its number as a comment, `# 12`.
(() => {
  const faults = new Set();
  let frames = 0;
  let nested = document.createElement("div");
  const probes = [];
  const outermost = nested;
  outermost.style.cssText = "position:fixed;visibility:hidden;pointer-events:none";
  // Deeper than anything of the page: what observes sizes hears of it last.
  for (let depth = 0; depth < 80; depth += 1) {
    const inner = document.createElement("div");
    inner.style.cssText = "position:absolute;width:1px;height:1px";
    nested.append(inner);
    nested = inner;
    if (depth > 40 && depth % 8 === 0) probes.push(inner);
  }
  const toggle = (probe) => {
    probe.style.height = probe.style.height === "1px" ? "2px" : "1px";
  };
  probes.forEach((probe, at) => {
    let isFirst = true;
    new ResizeObserver(() => {
      if (isFirst) isFirst = false;
      else if (at + 1 < probes.length) toggle(probes[at + 1]);
      else look();
    }).observe(probe);
  });
  const shown = (element) => getComputedStyle(element).visibility !== "hidden" && element.offsetHeight > 0;
  const topOf = (element) => element.getBoundingClientRect().top;
  function look() {
    frames += 1;
    const lines = new Map();
    for (const line of document.querySelectorAll(".cm-line")) {
      const number = /# (\d+)(?!.*# \d)/.exec(line.textContent)?.[1];
      if (number) lines.set(number, topOf(line));
    }
    const numbers = [...document.querySelectorAll(".cm-lineNumbers .cm-gutterElement")].filter(shown);
    const marks = [...document.querySelectorAll(".rdit-gutter .cm-gutterElement")].filter(shown);
    for (const number of numbers) {
      const line = lines.get(number.textContent);
      const off = line === undefined ? 0 : Math.round(topOf(number) - line);
      if (Math.abs(off) > 1) faults.add(`number ${number.textContent} is off by ${off}`);
    }
    const tops = numbers.map(topOf);
    for (const mark of marks)
      if (!tops.some((top) => Math.abs(top - topOf(mark)) <= 1)) faults.add("a mark stands between two lines");
  }
  const next = () => {
    toggle(probes[0]);
    requestAnimationFrame(next);
  };
  document.addEventListener("DOMContentLoaded", () => {
    document.body.append(outermost);
    requestAnimationFrame(next);
  });
  window.__frames = () => ({ frames, faults: [...faults] });
})();
