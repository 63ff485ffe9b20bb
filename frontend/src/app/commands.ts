import type { Signal } from "@preact/signals";
import type { Command, Commands } from "../ui/commands";
import type { Settings } from "./settings";

export interface AppCommandParts {
  commands: Commands;
  settings: Signal<Settings>;
  /** Say why something could not be done. */
  report(error: unknown): void;
}

/** What one can do with the page as a whole; dialogs are loaded when they are first asked for. */
export function appCommands(parts: AppCommandParts): Command[] {
  return [...dialogs(parts), ...choices(parts)];
}

function dialogs({ commands, settings, report }: AppCommandParts): Command[] {
  const attempt = (show: () => Promise<void>) => () => void show().catch(report);
  return [
    {
      id: "settings",
      title: "Settings",
      key: "Mod-,",
      group: "Page",
      run: attempt(async () =>
        (await import("./settings-dialog")).showSettings(settings, commands.get("layout")),
      ),
    },
    {
      id: "palette",
      title: "Find a command",
      key: "Mod-k",
      group: "Page",
      run: attempt(async () => (await import("./command-sheets")).showPalette(commands)),
    },
    {
      id: "shortcuts",
      title: "Show the shortcuts",
      key: "F1",
      group: "Page",
      run: attempt(async () => (await import("./command-sheets")).showShortcuts(commands)),
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
      title: "Outputs beside the code, or below their statements",
      key: "Mod-j",
      group: "Page",
      run: change(({ layout }) => ({ layout: layout === "beside" ? "below" : "beside" })),
    },
    {
      id: "sight",
      title: "Follow the statement that runs, or stay where you are",
      group: "Page",
      run: change(({ keepInSight }) => ({ keepInSight: !keepInSight })),
    },
    {
      id: "vim",
      title: "Use the keys of Vim, or do without",
      group: "Page",
      run: change(({ vim }) => ({ vim: !vim })),
    },
    {
      id: "notify",
      title: "Let the system tell when a long run ends while the page is hidden",
      group: "Page",
      run: () => {
        Notification.requestPermission().catch(report);
      },
    },
  ];
}
