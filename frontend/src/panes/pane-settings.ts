import type { AutosaveSettings } from "../documents/autosave";
import type { EditorSettings } from "../editor/configuration";
import type { LanguageSettings } from "../language/client/language-parts";
import type { FreshSettings } from "./fresh/run-manner";

/** What a person has chosen about what is open. */
export interface PaneSettings extends EditorSettings, AutosaveSettings, FreshSettings, LanguageSettings {
  /** What runs when somebody else has saved the script. */
  readonly runOutside: "nothing" | "changed" | "all";
  /** Whether what each statement made of a figure is shown, rather than the figure once where it is finished. */
  readonly figureSteps: boolean;
}
