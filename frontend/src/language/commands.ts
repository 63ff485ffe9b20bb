import type { Command } from "../ui/commands";

/** What one can do where the language of the text is known; *perform* does what is loaded later, by its id. */
export function languageCommands(perform: (id: string) => void): Command[] {
  return COMMANDS.map((command) => ({ ...command, group: "Editing", run: () => perform(command.id) }));
}

const COMMANDS: readonly Pick<Command, "id" | "title" | "detail" | "aliases" | "key">[] = [
  {
    id: "complete",
    title: "Complete the name at the cursor",
    aliases: "autocomplete suggest intellisense completion",
    key: "Ctrl-Space",
  },
  {
    id: "documentation",
    title: "Show documentation",
    detail: "Show what is known of the name at the cursor; again to go into it",
    aliases: "hover help docstring type inspect",
    key: "Shift-F1",
  },
  {
    id: "signature",
    title: "Show the signature of the call",
    aliases: "parameters arguments hints",
    key: "Mod-Shift-Space",
  },
];
