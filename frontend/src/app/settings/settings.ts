import { effect, type Signal, signal } from "@preact/signals";
import type { PaneSettings } from "../../panes/pane-settings";
import { type Appearance, SIZES } from "./appearance";

/** What a person has chosen; kept by the browser for all scripts. */
export interface Settings extends PaneSettings, Appearance {}

export const DEFAULTS: Settings = {
  autosave: false,
  runOutside: "nothing",
  layout: "below",
  keepInSight: false,
  vim: false,
  figureSteps: false,
  consoleMode: false,
  askFirst: "always",
  argumentSnippets: false,
  inlayHints: false,
  formatOnSave: false,
  theme: "system",
  font: "",
  size: 100,
};

const KEY = "rdit.settings";

/** The settings that *storage* keeps, as a signal; a change of it is kept, and heard from other pages. */
export function storedSettings(storage: Storage, page: Pick<Window, "addEventListener">): Signal<Settings> {
  const settings = signal(settingsIn(storage.getItem(KEY)));
  effect(() => {
    const text = JSON.stringify(settings.value);
    if (storage.getItem(KEY) !== text && text !== JSON.stringify(settingsIn(storage.getItem(KEY))))
      storage.setItem(KEY, text);
  });
  page.addEventListener("storage", (event) => {
    if (event.key === KEY) settings.value = settingsIn(event.newValue);
  });
  return settings;
}

/** What was kept, as far as it makes sense to this version. */
export function settingsIn(kept: string | null): Settings {
  const read: unknown = kept === null ? null : parsed(kept);
  if (typeof read !== "object" || read === null) return DEFAULTS;
  const { autosave, runOutside, layout, keepInSight, follow, vim, figureSteps, theme, font, size } =
    read as Record<string, unknown>;
  const { consoleMode, askFirst, argumentSnippets, inlayHints, formatOnSave } = read as Record<
    string,
    unknown
  >;
  return {
    autosave: autosave === true,
    runOutside: runOutside === "changed" || runOutside === "all" ? runOutside : "nothing",
    layout: layout === "beside" ? "beside" : "below",
    // Its name was `follow` once, and a browser may have kept that.
    keepInSight: (keepInSight ?? follow) === true,
    vim: vim === true,
    figureSteps: figureSteps === true,
    consoleMode: consoleMode === true,
    askFirst: askFirst === "following" || askFirst === "never" ? askFirst : "always",
    argumentSnippets: argumentSnippets === true,
    inlayHints: inlayHints === true,
    formatOnSave: formatOnSave === true,
    theme: theme === "light" || theme === "dark" ? theme : "system",
    font: typeof font === "string" ? font : "",
    size: typeof size === "number" && SIZES.includes(size) ? size : 100,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null; // not ours, or of another version
    throw error;
  }
}
