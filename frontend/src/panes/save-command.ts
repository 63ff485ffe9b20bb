import type { OpenDocument } from "../documents/open-document";
import type { Command } from "../ui/commands";
import * as icons from "../ui/icons";

/** Saves *open*; *refocus* puts the focus back into its editor. */
export function saveCommand(open: OpenDocument, refocus: () => void): Command {
  return {
    id: "save",
    title: "Save",
    detail: "Save the file",
    aliases: "write store",
    key: "Mod-s",
    group: "Script",
    button: { label: "Save", icon: icons.Save },
    enabled: open.file.unsaved,
    run: () => open.save(),
    refocus,
  };
}
