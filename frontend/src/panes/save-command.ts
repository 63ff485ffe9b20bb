import type { ReadonlySignal } from "@preact/signals";
import type { Command } from "../ui/commands";
import * as icons from "../ui/icons";

/** Calls *save* for what is *unsaved*; *refocus* puts the focus back into its editor. */
export function saveCommand(
  unsaved: ReadonlySignal<boolean>,
  save: () => void,
  refocus: () => void,
): Command {
  return {
    id: "save",
    title: "Save",
    detail: "Save the file",
    aliases: "write store",
    key: "Mod-s",
    group: "Script",
    button: { label: "Save", icon: icons.Save },
    enabled: unsaved,
    run: save,
    refocus,
  };
}
