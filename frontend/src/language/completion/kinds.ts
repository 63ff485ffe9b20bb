import type { Completion } from "@codemirror/autocomplete";
import type { CompletionItemKind } from "vscode-languageserver-types";
import { element } from "../../ui/element";

interface Kind {
  /** What the style sheet knows it by. */
  readonly name: string;
  /** What stands for it. */
  readonly sign: string;
}

const FUNCTION: Kind = { name: "function", sign: "ƒ" };
const CLASS: Kind = { name: "class", sign: "C" };
const VALUE: Kind = { name: "value", sign: "v" };
const PROPERTY: Kind = { name: "property", sign: "p" };
const KEYWORD: Kind = { name: "keyword", sign: "k" };
const CONSTANT: Kind = { name: "constant", sign: "c" };

/** By the numbers of the protocol; rdit's server says field of a column and value of a key, and ty struct of a value. */
const KINDS: Partial<Record<CompletionItemKind, Kind>> = {
  2: FUNCTION,
  3: FUNCTION,
  4: CLASS,
  5: { name: "column", sign: "▥" },
  6: VALUE,
  7: CLASS,
  8: VALUE,
  9: { name: "module", sign: "{}" },
  10: PROPERTY,
  12: VALUE,
  13: CLASS,
  14: KEYWORD,
  20: CONSTANT,
  21: CONSTANT,
  22: VALUE,
  25: CLASS,
};

/** Of what kind an item is, as the list shows it. */
export function kindOf(kind: CompletionItemKind | undefined): string {
  return ((kind && KINDS[kind]) || VALUE).name;
}

const SIGNS = new Map(Object.values(KINDS).map((kind) => [kind.name, kind.sign]));

/** What stands before a name and says of what kind it is. */
export function drawKind({ type = VALUE.name }: Completion): HTMLElement {
  return element(
    "span",
    { class: `rdit-kind rdit-kind-${type}`, "aria-hidden": "true" },
    SIGNS.get(type) ?? "",
  );
}
