import type { ReadonlySignal } from "@preact/signals";
import type { Notices } from "../../ui/notices";
import type { TextSource } from "./language-client";

/** What a person has chosen about help with the language. */
export interface LanguageSettings {
  /** Whether a completed call comes with its arguments, to be filled in one after the other. */
  readonly argumentSnippets: boolean;
}

/** What stands around the text of a script whose language is known. */
export interface LanguageParts {
  readonly source: ReadonlySignal<TextSource>;
  readonly settings: ReadonlySignal<LanguageSettings>;
  readonly notices: Notices;
  /** Let a screen reader say *text*. */
  announce(text: string): void;
  /** Say why something could not be done. */
  report(error: unknown): void;
}
