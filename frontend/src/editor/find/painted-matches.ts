/** Marks what is found in the outputs that are drawn, where the browser can mark text without changing it. */
import type { EditorView } from "@codemirror/view";

const NAME = "rdit-found";
/** So many are marked; more would make scrolling slow. */
const MAX_MARKS = 2000;

/** Mark what *pattern* finds in the outputs within *view*, and nothing else; null marks nothing. */
export function paintMatches(view: EditorView, pattern: RegExp | null): void {
  if (!("highlights" in CSS)) return;
  const ranges = pattern ? rangesIn(view.dom, pattern) : [];
  if (ranges.length > 0) CSS.highlights.set(NAME, new Highlight(...ranges));
  else CSS.highlights.delete(NAME);
}

function rangesIn(dom: HTMLElement, pattern: RegExp): Range[] {
  const ranges: Range[] = [];
  for (const output of dom.querySelectorAll(".rdit-output-items, .rdit-inline")) {
    const texts = document.createTreeWalker(output, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node && ranges.length < MAX_MARKS; node = texts.nextNode()) {
      for (const { index, 0: text } of (node.nodeValue ?? "").matchAll(pattern)) {
        if (text === "") continue;
        const range = new Range();
        range.setStart(node, index);
        range.setEnd(node, index + text.length);
        ranges.push(range);
      }
    }
  }
  return ranges;
}
