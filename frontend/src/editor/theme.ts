import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { tags } from "@lezer/highlight";

// Colours are names from theme.css, so that one style serves light and dark.
const highlighting = HighlightStyle.define([
  {
    tag: [
      tags.keyword,
      tags.controlKeyword,
      tags.operatorKeyword,
      tags.moduleKeyword,
      tags.definitionKeyword,
    ],
    color: "var(--syntax-keyword)",
  },
  { tag: [tags.string, tags.special(tags.string), tags.docString], color: "var(--syntax-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.escape], color: "var(--syntax-number)" },
  { tag: tags.comment, color: "var(--syntax-comment)", fontStyle: "italic" },
  {
    tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)],
    color: "var(--syntax-definition)",
    fontWeight: "600",
  },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    color: "var(--syntax-definition)",
  },
  { tag: [tags.meta, tags.self, tags.standard(tags.name)], color: "var(--syntax-builtin)" },
  { tag: [tags.operator, tags.punctuation, tags.bracket, tags.separator], color: "var(--syntax-operator)" },
]);

/** How Python looks; the editor's own surface is styled in editor.css. */
export function theme(): Extension {
  return syntaxHighlighting(highlighting);
}
