import type { MarkedString, MarkupContent } from "vscode-languageserver-types";
import { element } from "../../ui/element";
import "./documentation.css";

/** How documentation may come; a bare text is Markdown, as in a hover. */
export type Documentation = MarkupContent | MarkedString;

/** More than this (characters) nobody reads beside a line of code. */
const MAX_LENGTH = 20_000;

/** A *text* that is plain where it does not say otherwise, as of completions and signatures. */
export function asMarkup(text: string | MarkupContent): MarkupContent {
  return typeof text === "string" ? { kind: "plaintext", value: text } : text;
}

/**
 * *parts* drawn by rdit's own Markdown: what is in them is sanitised, runs nothing and fetches nothing. Null where nothing
 * is to be read; rejects when *signal* is aborted.
 */
export async function drawDocumentation(
  parts: readonly Documentation[],
  signal: AbortSignal,
): Promise<HTMLElement | null> {
  const dom = element("div", { class: "rdit-markdown rdit-documentation" });
  const { drawMarkdown } = await import("../../output/markup/markdown");
  for (const part of parts) {
    const { kind, value } = markupOf(part);
    if (value.trim() === "") continue;
    signal.throwIfAborted();
    const drawn = element("div", { class: kind === "markdown" ? "rdit-drawn" : "rdit-documentation-plain" });
    dom.append(drawn);
    if (kind === "markdown") await drawMarkdown(shortened(value), drawn, signal);
    else drawn.append(shortened(value));
  }
  return dom.hasChildNodes() ? dom : null;
}

function shortened(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
}

function markupOf(part: Documentation): MarkupContent {
  if (typeof part === "string") return { kind: "markdown", value: part };
  if (!("language" in part)) return part;
  // A fence that is longer than any within it.
  const fence = "~".repeat(Math.max(3, ...[...part.value.matchAll(/~+/g)].map(([run]) => run.length + 1)));
  return { kind: "markdown", value: `${fence}${part.language}\n${part.value}\n${fence}` };
}
