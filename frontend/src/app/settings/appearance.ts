/** How the page looks: light or dark, in which letters, how large. */
import { effect, type ReadonlySignal } from "@preact/signals";

export interface Appearance {
  readonly theme: "system" | "light" | "dark";
  /** The typeface of code, as the system calls it; empty for that of the page. */
  readonly font: string;
  /** Of all letters, in percent of what the browser has. */
  readonly size: number;
}

/** The sizes that can be chosen, in percent. */
export const SIZES: readonly number[] = [80, 90, 100, 110, 125, 150, 175];

/** Let *root*, the page's root element, look as the settings say. */
export function showAppearance(settings: ReadonlySignal<Appearance>, root: HTMLElement): void {
  effect(() => {
    const { theme, font, size } = settings.value;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    root.style.fontSize = size === 100 ? "" : `${size}%`;
    // As a string of CSS it cannot be anything else.
    if (font.trim() === "") root.style.removeProperty("--font-chosen");
    else root.style.setProperty("--font-chosen", JSON.stringify(font.trim()));
  });
}
