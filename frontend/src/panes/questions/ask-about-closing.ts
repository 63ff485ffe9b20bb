import { ask } from "../../ui/ask";

/** Ask what becomes of a file that has unsaved text. */
export function askAboutClosing(name: string): Promise<"save" | "discard" | null> {
  return ask(`${name} has unsaved text`, "Without saving, what was typed is given up.", [
    { value: "save", label: "Save and close", look: "primary" },
    { value: "discard", label: "Close without saving" },
  ]);
}
