/** It has no types of its own, and the published ones are those of an older markdown-it. */
declare module "markdown-it-footnote" {
  import type { MarkdownIt } from "markdown-it";

  export default function footnotes(markdown: MarkdownIt): void;
}
