import type { Command } from "../ui/commands";
import * as icons from "../ui/icons";
import { typedAhead } from "../ui/typed-ahead";
import type { FilesContext } from "./files-context";

/** Show *what* in the drawer, or shut the drawer that shows it. */
function show({ panel, drawer }: FilesContext, what: "files" | "outline"): void {
  panel.value = !panel.peek() || drawer.peek() !== what;
  drawer.value = what;
}

/** What one can do with the files of the workspace, wherever the focus is. */
export function fileCommands(files: FilesContext): Command[] {
  return [
    {
      id: "panel",
      title: "Files",
      detail: "Show or hide the files",
      aliases: "explorer sidebar panel tree",
      key: "Mod-b",
      group: "Page",
      button: { label: "Files", icon: icons.Files },
      run: () => show(files, "files"),
    },
    {
      id: "outline",
      title: "Outline",
      detail: "Show or hide the outline",
      aliases: "headings functions structure toc contents symbols",
      key: "Mod-Shift-b",
      group: "Page",
      inMenu: true,
      run: () => show(files, "outline"),
    },
    {
      id: "open",
      title: "Open a file",
      detail: "Open a file by a few letters of its name",
      aliases: "quick find goto switch",
      key: "Mod-p",
      inMenu: true,
      group: "Page",
      run: () => {
        const opening = import("./quick-open").then(({ quickOpen }) => quickOpen(files));
        typedAhead(opening).catch(files.report);
      },
    },
  ];
}
