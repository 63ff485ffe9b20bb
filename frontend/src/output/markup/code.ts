/** Code in Markdown: Python is highlighted, and what is long is put on the page part by part. */
import { pythonLanguage } from "@codemirror/lang-python";
import type { Tree } from "@lezer/common";
import { classHighlighter, highlightTree } from "@lezer/highlight";
import { element } from "../../ui/element";
import { nextTurn } from "../../ui/next-turn";

type Pause = () => Promise<void>;

/** Characters. The browser lays a part out in some milliseconds, and no part again because of another. */
const PART = 1_000;
/** So many steps of the parser take some milliseconds. */
const STEPS_AT_ONCE = 2_000;

/** Draw what *code* holds; pauses where it is long. It is on the page already, if it is to be laid out part by part. */
export function* drawCode(code: HTMLElement): Generator<Pause> {
  const text = code.textContent ?? "";
  const isPython = code.matches(".language-python, .language-py");
  if (!isPython && text.length <= PART) return;
  code.replaceChildren();
  const tree = isPython ? yield* parsed(text) : null;
  if (text.length <= PART) {
    append(code, text, tree, 0, text.length);
    return;
  }
  for (let start = 0; start < text.length; ) {
    const end = endOfPart(text, start);
    const part = element("span", { class: "rdit-code-part" });
    append(part, text, tree, start, end);
    code.append(part);
    part.getBoundingClientRect(); // lays it out, so that no frame has to do that for many parts at once
    start = end;
    if (start < text.length) yield nextTurn;
  }
}

function* parsed(text: string): Generator<Pause, Tree> {
  const parse = pythonLanguage.parser.startParse(text);
  for (let step = 1; ; step += 1) {
    const tree = parse.advance();
    if (tree) return tree;
    if (step % STEPS_AT_ONCE === 0) yield nextTurn;
  }
}

/** Whole lines from *start* on; a line is never cut. */
function endOfPart(text: string, start: number): number {
  const within = text.lastIndexOf("\n", start + PART);
  const end = within > start ? within : text.indexOf("\n", start + PART);
  return end < 0 || text.length - end < 2 ? text.length : end + 1;
}

/** Append *text* from *start* to *end* to *parent*, highlighted where there is a *tree*. */
function append(parent: HTMLElement, text: string, tree: Tree | null, start: number, end: number): void {
  let at = start;
  const plain = (to: number) => {
    if (to > at) parent.append(text.slice(at, to));
  };
  const highlight = (from: number, to: number, classes: string) => {
    const [first, last] = [Math.max(from, start), Math.min(to, end)];
    if (first >= last) return;
    plain(first);
    parent.append(element("span", { class: classes }, text.slice(first, last)));
    at = last;
  };
  if (tree) highlightTree(tree, classHighlighter, highlight, start, end);
  plain(end);
}
