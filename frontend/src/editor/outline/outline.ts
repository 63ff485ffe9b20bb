/** The outline of a script: headings of its prose, sections, functions, classes, and what failed. */
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { EditorState, Text } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";
import { ERROR_FORMAT, readReport } from "../../output/error/error-report";
import { isInterrupted } from "../../session/results";
import type { PlacedResult } from "../results/placed-results";
import { failedLine } from "../results/results";
import { resultsField } from "../results/results-field";

export interface OutlineEntry {
  readonly kind: "heading" | "section" | "function" | "class" | "error";
  readonly title: string;
  /** How deep it is, from 1. */
  readonly level: number;
  /** Of the text, from 1. */
  readonly line: number;
  readonly from: number;
}

/** The parser may take so many milliseconds for what is not parsed yet. */
const PARSE_TIMEOUT_MS = 50;
/** `# %% Title`, `# --- Title ---`, `# === Title`; a rule without a word is none. */
const SECTION = /^#+\s*(?:(%%+)|[-=]{3,}|[─━]{2,})\s*(.*?)\s*[-=─━#]*\s*$/;
const HEADING = /^ {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$/;
const FENCE = /^ {0,3}(?:```|~~~)/;

/** The entries of the script in *state*, in the order of its lines; of its beginning, before `readOn` has read the rest. */
export function outlineOf(state: EditorState): OutlineEntry[] {
  const { doc } = state;
  const tree = ensureSyntaxTree(state, doc.length, 0) ?? syntaxTree(state);
  const outline = new Outline(doc, errorsOf(state));
  for (let node = tree.topNode.firstChild; node; node = node.nextSibling) outline.take(node, 0);
  return outline.finish();
}

/** Go on reading the text for a while; say whether `outlineOf` has all of it then. */
export function readOn(state: EditorState): boolean {
  return ensureSyntaxTree(state, state.doc.length, PARSE_TIMEOUT_MS) !== null;
}

/** What failed, and has not been edited or forgotten since. */
function errorsOf(state: EditorState): { from: number; title: string }[] {
  const placed = state.field(resultsField, false)?.placed ?? [];
  return placed
    .filter((one) => one.result.state === "failed" && !one.stale && !one.result.beforeReset)
    .filter(({ result }) => !isInterrupted(result))
    .map((one) => ({ from: failedLine(one, state.doc), title: errorTitle(one) }))
    .sort((a, b) => a.from - b.from);
}

function errorTitle({ result }: PlacedResult): string {
  const item = result.output.find(({ type }) => type === "error");
  const report = readReport(item?.data?.[ERROR_FORMAT]);
  const words = report
    ? `${report.type.split(".").at(-1)}: ${report.message}`
    : (item?.text.trim().split("\n").at(-1) ?? "Failed");
  return words.split("\n", 1)[0] ?? words;
}

class Outline {
  readonly #entries: OutlineEntry[] = [];
  /** Of the heading or section that the code stands under. */
  #level = 0;

  constructor(
    private readonly doc: Text,
    private readonly errors: { from: number; title: string }[],
  ) {}

  /** Add what *node* has for the outline, within *depth* classes. */
  take(node: SyntaxNode, depth: number): void {
    this.#addErrors(node.from);
    if (node.name === "Comment" && depth === 0) this.#section(node);
    else if (node.name === "ExpressionStatement" && depth === 0) this.#prose(node);
    else if (node.name === "DecoratedStatement") {
      for (let child = node.firstChild; child; child = child.nextSibling)
        if (/^(?:Function|Class)Definition$/.test(child.name)) this.take(child, depth);
    } else if (node.name === "FunctionDefinition") this.#definition("function", node, depth);
    else if (node.name === "ClassDefinition") {
      this.#definition("class", node, depth);
      const body = node.getChild("Body");
      for (let child = body?.firstChild ?? null; child; child = child.nextSibling)
        this.take(child, depth + 1);
    }
  }

  finish(): OutlineEntry[] {
    this.#addErrors(this.doc.length + 1);
    return this.#entries;
  }

  #add(kind: OutlineEntry["kind"], title: string, level: number, from: number): void {
    const plain = kind === "heading" ? withoutMarkup(title) : title;
    this.#entries.push({ kind, title: plain, level, line: this.doc.lineAt(from).number, from });
  }

  #addErrors(before: number): void {
    while (this.errors[0] && this.errors[0].from < before) {
      const { from, title } = this.errors.shift() as { from: number; title: string };
      this.#add("error", title, this.#level + 1, from);
    }
  }

  #section({ from, to }: SyntaxNode): void {
    const line = this.doc.lineAt(from);
    const found = line.from === from ? SECTION.exec(this.doc.sliceString(from, to)) : null;
    if (!found?.[2] && !found?.[1]) return;
    this.#level = (found[1] ?? "%%").length - 1;
    this.#add("section", (found[2] || "Section").replace(/^\[markdown\]\s*/i, ""), this.#level, from);
  }

  #prose(node: SyntaxNode): void {
    const string = node.firstChild;
    if (!string || !/^(?:String|FormatString|ContinuedString)$/.test(string.name) || string.nextSibling)
      return;
    let fenced = false;
    const last = this.doc.lineAt(string.to).number;
    for (let number = this.doc.lineAt(string.from).number; number <= last; number += 1) {
      const line = this.doc.line(number);
      // The quotes are no part of its first and last lines.
      const start = Math.max(line.from, string.from);
      const text = this.doc
        .sliceString(start, Math.min(line.to, string.to))
        .replace(start === string.from ? /^[rf]{0,2}(?:"""|'''|"|')/i : /^(?!)/, "")
        .replace(line.to >= string.to ? /(?:"""|'''|"|')$/ : /(?!)$/, "");
      if (FENCE.test(text)) fenced = !fenced;
      const found = fenced ? null : HEADING.exec(text.trimEnd());
      if (!found?.[1] || !found[2]) continue;
      this.#level = found[1].length;
      this.#add("heading", found[2], this.#level, line.from);
    }
  }

  #definition(kind: "function" | "class", node: SyntaxNode, depth: number): void {
    const name = node.getChild("VariableName");
    if (name) this.#add(kind, this.doc.sliceString(name.from, name.to), this.#level + depth + 1, name.from);
  }
}

/** A heading as it reads. */
function withoutMarkup(title: string): string {
  return title.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/(\*\*|__|\*|`|~~)(\S(?:.*?\S)?)\1/g, "$2");
}
