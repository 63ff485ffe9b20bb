import type { EditorView } from "@codemirror/view";
import type { Signal } from "@preact/signals";
import { find } from "../editor/find/find";
import type { FilesContext } from "../files/files-context";
import type { Command, Commands } from "../ui/commands";
import { typedAhead } from "../ui/typed-ahead";
import type { Settings } from "./settings/settings";

export interface AppCommandParts {
  commands: Commands;
  files: FilesContext;
  /** The editor that is shown; null where there is none. */
  view(): EditorView | null;
  settings: Signal<Settings>;
  /** Say why something could not be done. */
  report(error: unknown): void;
}

/** What one can do with the page as a whole; dialogs are loaded when they are first asked for. */
export function appCommands(parts: AppCommandParts): Command[] {
  return [...dialogs(parts), ...choices(parts)];
}

function dialogs({ commands, files, view, settings, report }: AppCommandParts): Command[] {
  const attempt = (show: () => Promise<void>) => () => void typedAhead(show()).catch(report);
  return [
    {
      id: "settings",
      title: "Settings",
      aliases: "preferences options font size dark theme configure",
      inMenu: true,
      key: "Mod-,",
      group: "Page",
      run: attempt(async () =>
        (await import("./settings/settings-dialog")).showSettings(settings, commands.get("layout")),
      ),
    },
    {
      id: "palette",
      title: "Find a command",
      aliases: "palette search everything",
      inMenu: true,
      key: "Mod-k",
      group: "Page",
      run: attempt(async () => (await import("./palette/command-sheets")).showPalette(files, view())),
    },
    {
      id: "find",
      title: "Find and replace",
      aliases: "search substitute",
      key: "Mod-f",
      // The editor has the key.
      group: "Editing",
      inMenu: true,
      run: () => {
        const shown = view();
        if (shown) find(shown, "openSearchPanel");
      },
    },
    {
      id: "shortcuts",
      title: "Shortcuts",
      detail: "Show the shortcuts",
      aliases: "keys help keyboard",
      inMenu: true,
      key: "F1",
      group: "Page",
      run: attempt(async () => (await import("./palette/command-sheets")).showShortcuts(commands)),
    },
  ];
}

function choices({ settings, report }: AppCommandParts): Command[] {
  const change = (next: (now: Settings) => Partial<Settings>) => () => {
    settings.value = { ...settings.peek(), ...next(settings.peek()) };
  };
  return [
    {
      id: "layout",
      title: "Outputs beside the code or below",
      detail: "Outputs beside the code, or below their statements",
      aliases: "layout column split view",
      inMenu: true,
      key: "Mod-j",
      group: "Page",
      run: change(({ layout }) => ({ layout: layout === "beside" ? "below" : "beside" })),
    },
    {
      id: "print",
      title: "Print or save as PDF",
      aliases: "export report paper pdf",
      group: "Page",
      inMenu: true,
      run: () => window.print(),
    },
    ...(["system", "light", "dark"] as const).map(
      (theme): Command => ({
        id: `theme ${theme}`,
        title: { system: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" }[theme],
        aliases: "colours colors appearance mode",
        group: "Page",
        run: change(() => ({ theme })),
      }),
    ),
    {
      id: "sight",
      title: "Keep the statement that runs in sight, or not",
      detail: "Keep the statement that runs in sight, or stay where you are",
      aliases: "scroll sight keep",
      group: "Page",
      run: change(({ keepInSight }) => ({ keepInSight: !keepInSight })),
    },
    {
      id: "vim",
      title: "Keys of Vim, on or off",
      aliases: "vi modal keybindings",
      group: "Page",
      run: change(({ vim }) => ({ vim: !vim })),
    },
    {
      id: "notify",
      title: "Tell by the system when a long run ends",
      detail: "Let the system tell when a long run ends while the page is hidden",
      aliases: "notification notify desktop",
      group: "Page",
      run: () => {
        Notification.requestPermission().catch(report);
      },
    },
  ];
}
