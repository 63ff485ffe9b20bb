import type { CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import type { TypedPlace } from "./place";

/** What can be said without a language server, and at once: the names that the text itself has, and those of Python. */
export function wordsOf(state: EditorState, position: number, { from }: TypedPlace): CompletionResult | null {
  // What comes after a dot, and what is looked up, only a server knows.
  if (/[.\w"']/.test(state.sliceDoc(from - 1, from))) return null;
  const names = new Set<string>();
  syntaxTree(state).iterate({
    enter: (node) => {
      if (node.name === "VariableName" && node.to !== position) names.add(state.sliceDoc(node.from, node.to));
    },
  });
  const typed = state.sliceDoc(from, position);
  const options = [
    ...[...names].map((label) => ({ label, type: "value" })),
    ...KEYWORDS.map((label) => ({ label, type: "keyword", boost: -1 })),
    ...BUILTINS.filter((label) => !names.has(label)).map((label) => ({
      label,
      type: /^[A-Z]/.test(label) ? "class" : "function",
      boost: -2,
    })),
  ].filter(({ label }) => isWithin(typed, label));
  return options.length > 0 ? { from, options } : null;
}

/** Whether the letters of *typed* are in *label* in their order. */
export function isWithin(typed: string, label: string): boolean {
  let at = 0;
  const letters = label.toLowerCase();
  return [...typed.toLowerCase()].every((letter) => {
    at = letters.indexOf(letter, at) + 1;
    return at > 0;
  });
}

const KEYWORDS = (
  "False None True and as assert async await break class continue def del elif else except finally for from global " +
  "if import in is lambda match nonlocal not or pass raise return try while with yield"
).split(" ");

/** Those that Python has without an import, but for what is rarely written. */
const BUILTINS = (
  "AttributeError Exception FileNotFoundError ImportError IndexError KeyError KeyboardInterrupt NotImplemented " +
  "NotImplementedError OSError RuntimeError StopIteration TypeError ValueError ZeroDivisionError abs all any " +
  "ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex delattr dict dir divmod " +
  "enumerate eval exec filter float format frozenset getattr globals hasattr hash help hex id input int " +
  "isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow print " +
  "property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip"
).split(" ");
