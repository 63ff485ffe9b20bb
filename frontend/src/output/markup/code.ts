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

/**
 * Take away what *code* holds, unless it is short and stays as it is; return what draws it, with pauses where it is long,
 * once *code* is on the page: all of a long one is never laid out at once.
 */
export function takeCode(code: HTMLElement): ((highlighted: Highlighted) => Generator<Pause>) | null {
  const text = code.textContent ?? "";
  const isPython = code.matches(".language-python, .language-py");
  if (!isPython && text.length <= PART) return null;
  code.replaceChildren();
  return (highlighted) => drawCode(code, text, isPython, highlighted);
}

/** How many pieces may still be highlighted. */
type Highlighted = { left: number };

function* drawCode(
  code: HTMLElement,
  text: string,
  isPython: boolean,
  highlighted: Highlighted,
): Generator<Pause> {
  const tree = isPython ? yield* parsed(text) : null;
  if (text.length <= PART) {
    append(code, text, tree, 0, text.length, highlighted);
    return;
  }
  for (let start = 0; start < text.length; ) {
    const end = endOfPart(text, start);
    const part = element("span", { class: "rdit-code-part" });
    code.append(part);
    for (let from = start; from < end; ) {
      const to = endOfPiece(text, from, end);
      const piece = to - from < end - start ? element("span", { class: "rdit-code-piece" }) : part;
      append(piece, text, tree, from, to, highlighted);
      if (piece !== part) part.append(piece);
      part.getBoundingClientRect(); // lays it out, so that no frame has to do that for many parts at once
      from = to;
      if (from < text.length) yield nextTurn;
    }
    start = end;
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

/** Pieces of about a part's length, in which a long line is laid out: each is none of the others' concern. */
function endOfPiece(text: string, start: number, end: number): number {
  if (end - start <= 2 * PART) return end;
  const isWithinCharacter = /[\uDC00-\uDFFF]/.test(text[start + PART] ?? "");
  return start + PART + Number(isWithinCharacter);
}

/** Append *text* from *start* to *end* to *parent*, highlighted where there is a *tree*. */
function append(
  parent: HTMLElement,
  text: string,
  tree: Tree | null,
  start: number,
  end: number,
  highlighted: Highlighted,
): void {
  let at = start;
  const plain = (to: number) => {
    if (to > at) parent.append(text.slice(at, to));
  };
  const highlight = (from: number, to: number, classes: string) => {
    const [first, last] = [Math.max(from, start), Math.min(to, end)];
    if (first >= last || highlighted.left === 0) return;
    highlighted.left -= 1;
    plain(first);
    parent.append(element("span", { class: classes }, text.slice(first, last)));
    at = last;
  };
  if (tree && highlighted.left > 0) highlightTree(tree, classHighlighter, highlight, start, end);
  plain(end);
}
