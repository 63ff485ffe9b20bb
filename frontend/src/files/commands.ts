import type { Command } from "../ui/commands";
import * as icons from "../ui/icons";
import type { FilesContext } from "./files-context";

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
      run: () => {
        files.panel.value = !files.panel.peek();
      },
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
        import("./quick-open").then(({ quickOpen }) => quickOpen(files)).catch(files.report);
      },
    },
  ];
}
