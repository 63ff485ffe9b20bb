import type { ReadonlySignal } from "@preact/signals";
import type { Notices } from "../../ui/notices";
import type { Findings } from "../findings/findings";
import type { TextSource } from "./language-client";
import type { LanguageFiles } from "./language-files";

/** What a person has chosen about help with the language. */
export interface LanguageSettings {
  /** Whether a completed call comes with its arguments, to be filled in one after the other. */
  readonly argumentSnippets: boolean;
  /** Whether types and names of parameters stand in the text that does not have them. */
  readonly inlayHints: boolean;
  /** Whether a save formats the text before. */
  readonly formatOnSave: boolean;
}

/** What stands around the text of a script whose language is known. */
export interface LanguageParts {
  readonly source: ReadonlySignal<TextSource>;
  readonly settings: ReadonlySignal<LanguageSettings>;
  readonly notices: Notices;
  readonly files: LanguageFiles;
  /** What was found is shown from here, beside the text. */
  readonly findings: Findings;
  showFindings(which: "problems" | "references"): void;
  /** Let a screen reader say *text*. */
  announce(text: string): void;
  /** Say why something could not be done. */
  report(error: unknown): void;
}
