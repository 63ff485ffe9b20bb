import type { Command } from "../ui/commands";

/** What one can do where the language of the text is known; *perform* does what is loaded later, by its id. */
export function languageCommands(perform: (id: string) => void): Command[] {
  return COMMANDS.map((command) => ({ ...command, group: "Editing", run: () => perform(command.id) }));
}

const COMMANDS: readonly Pick<Command, "id" | "title" | "detail" | "aliases" | "key">[] = [];
