/** Problems as the language servers tell them, at their places in the text. */
import type { ChangeDesc, Text } from "@codemirror/state";
import type { Diagnostic } from "vscode-languageserver-types";
import { rangeIn } from "../protocol/positions";

export type Severity = "error" | "warning" | "info" | "hint";

export interface Problem {
  readonly from: number;
  readonly to: number;
  readonly severity: Severity;
  readonly message: string;
  /** The tool that says so. */
  readonly source: string;
  /** The rule, as the tool calls it; empty where there is none. */
  readonly rule: string;
  /** Where the rule is explained; null where that is nowhere on the web. */
  readonly href: string | null;
  readonly unnecessary: boolean;
  readonly deprecated: boolean;
  /** What is to be installed for it, where a module is missing; null for any other problem. */
  readonly install: string | null;
  /** As it came: the servers want it back when they are asked for fixes. */
  readonly diagnostic: Diagnostic;
}

/** Tags of the protocol. */
const [UNNECESSARY, DEPRECATED] = [1, 2] as const;

const SEVERITIES: readonly Severity[] = ["error", "warning", "info", "hint"];

/** The problems of *doc*, in the order of its lines. */
export function problemsIn(doc: Text, diagnostics: readonly Diagnostic[]): Problem[] {
  return diagnostics
    .map((diagnostic) => {
      const { severity = 1, source = "", code = "", codeDescription, tags = [] } = diagnostic;
      return {
        ...widened(doc, rangeIn(doc, diagnostic.range)),
        severity: SEVERITIES[severity - 1] ?? "error",
        message: wordsOf(diagnostic.message),
        source: source.toLowerCase(),
        rule: String(code),
        href: webAddress(codeDescription?.href),
        unnecessary: tags.includes(UNNECESSARY),
        deprecated: tags.includes(DEPRECATED),
        install: installWords(diagnostic),
        diagnostic,
      };
    })
    .sort((one, other) => one.from - other.from || rank(one) - rank(other) || one.to - other.to);
}

/** What rdit's server adds to a problem that is a missing module: the package that brings it. */
interface MissingModule extends Diagnostic {
  readonly package?: { readonly name: string; readonly isKnown: boolean };
}

function installWords({ package: missing }: MissingModule): string | null {
  if (!missing) return null;
  const { name, isKnown } = missing;
  return isKnown ? `The package \`${name}\` brings it.` : `It may be in the package \`${name}\`.`;
}

/** The message without what ruff says of its fix, which stands in the menu of fixes. */
function wordsOf(message: Diagnostic["message"]): string {
  const words = typeof message === "string" ? message : message.value;
  return words
    .replace(/\n+help: [^\n]*\s*$/, "")
    .replace(/\n{2,}/g, "\n")
    .trimEnd();
}

/** What has no length has something to see: the character after it, or the last of its line. */
function widened(doc: Text, { from, to }: { from: number; to: number }): { from: number; to: number } {
  if (to > from) return { from, to };
  const line = doc.lineAt(from);
  if (from < line.to) return { from, to: from + 1 };
  return { from: Math.max(line.from, from - 1), to: from };
}

function webAddress(href: string | undefined): string | null {
  return href && /^https?:\/\//i.test(href) ? href : null;
}

/** The worst has the lowest. */
export function rank({ severity }: Pick<Problem, "severity">): number {
  return SEVERITIES.indexOf(severity);
}

/** A hint is no problem: it is shown where it stands, and neither counted nor listed. */
export function isCounted({ severity }: Pick<Problem, "severity">): boolean {
  return severity !== "hint";
}

/** *problems* where *changes* have moved them to; what stood on text that is gone is gone. */
export function mappedProblems(problems: readonly Problem[], changes: ChangeDesc): readonly Problem[] {
  return problems.flatMap((one) => {
    const [from, to] = [changes.mapPos(one.from, 1), changes.mapPos(one.to, -1)];
    return from < to || one.from === one.to ? [{ ...one, from, to: Math.max(from, to) }] : [];
  });
}

/** `2 problems`. */
export function countWords(count: number): string {
  return count === 1 ? "1 problem" : `${count} problems`;
}

/** `ty unresolved-reference`, `ruff F401`. */
export function ruleWords({ source, rule }: Pick<Problem, "source" | "rule">): string {
  return [source, rule].filter(Boolean).join(" ");
}
