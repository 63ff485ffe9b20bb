import { isMac } from "../panes/script-commands";
import type { Desk } from "../panes/tabs";

/** Something a person can do with files, by its key or a button. */
export interface DeskCommand {
  readonly title: string;
  /** Empty when it is found in the palette only. */
  readonly key: string;
  run(): void;
}

export type DeskCommandName =
  | "panel"
  | "open"
  | "settings"
  | "palette"
  | "shortcuts"
  | "layout"
  | "follow"
  | "vim"
  | "notify";

/** What is loaded when it is first asked for. */
export function deskCommands(desk: Desk): Record<DeskCommandName, DeskCommand> {
  const attempt = (action: () => Promise<void>) => () => {
    action().catch((error: unknown) => desk.report(error));
  };
  return {
    panel: {
      title: "Show or hide the files",
      key: "Mod-b",
      run: () => {
        desk.panel.value = !desk.panel.peek();
      },
    },
    open: {
      title: "Open a file by a few letters of its name",
      key: "Mod-p",
      run: attempt(async () => (await import("../files/quick-open")).quickOpen(desk)),
    },
    settings: {
      title: "Settings",
      key: "Mod-,",
      run: attempt(async () =>
        (await import("./settings-dialog")).showSettings(desk.settings, desk.commands),
      ),
    },
    palette: {
      title: "Find a command",
      key: "Mod-k",
      run: attempt(async () => (await import("./command-sheets")).showPalette(desk)),
    },
    shortcuts: {
      title: "Show the shortcuts",
      key: "F1",
      run: attempt(async () => (await import("./command-sheets")).showShortcuts(desk)),
    },
    layout: {
      title: "Outputs beside the code, or below their statements",
      key: "Mod-j",
      run: () => {
        const { layout, ...others } = desk.settings.peek();
        desk.settings.value = { ...others, layout: layout === "beside" ? "below" : "beside" };
      },
    },
    follow: {
      title: "Follow the statement that runs, or stay where you are",
      key: "",
      run: () => {
        const { follow, ...others } = desk.settings.peek();
        desk.settings.value = { ...others, follow: !follow };
      },
    },
    vim: {
      title: "Use the keys of Vim, or do without",
      key: "",
      run: () => {
        const { vim, ...others } = desk.settings.peek();
        desk.settings.value = { ...others, vim: !vim };
      },
    },
    notify: {
      title: "Let the system tell when a long run ends while the page is hidden",
      key: "",
      run: attempt(async () => void (await Notification.requestPermission())),
    },
  };
}

/** Whether *event* is *key*: a letter or sign together with Mod, or a key by itself. */
export function isPressed(key: string, event: KeyboardEvent): boolean {
  if (!key.startsWith("Mod-"))
    return event.key === key && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const mod = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  return mod && !event.shiftKey && !event.altKey && event.key.toLowerCase() === key.slice("Mod-".length);
}
