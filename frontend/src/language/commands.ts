import type { Command } from "../ui/commands";

/**
 * What one can do where the language of the text is known, be it that the text *isRead* only; *perform* does what is loaded
 * later, by its id, and *refocus* gives the focus back to the text.
 */
export function languageCommands(
  perform: (id: string) => void,
  refocus: () => void,
  isRead: boolean,
): Command[] {
  return COMMANDS.filter(({ id }) => !isRead || FOR_READING.includes(id)).map((command) => ({
    ...command,
    group: "Editing",
    run: () => perform(command.id),
    refocus,
  }));
}

const FOR_READING: readonly string[] = [
  "definition",
  "type definition",
  "references",
  "symbols",
  "documentation",
];

const COMMANDS: readonly Pick<Command, "id" | "title" | "detail" | "aliases" | "key">[] = [
  {
    id: "definition",
    title: "Go to the definition",
    detail: "Go to where the name at the cursor is defined, also in a library",
    aliases: "jump declaration source",
    key: "F12",
  },
  { id: "type definition", title: "Go to the definition of the type", aliases: "jump class" },
  {
    id: "references",
    title: "List where a name is used",
    aliases: "references usages find all occurrences",
    key: "Shift-F12",
  },
  {
    id: "symbols",
    title: "Go to a symbol",
    detail: "Go to a function, a class or a variable of the script or of the workspace",
    aliases: "find jump name outline",
    key: "Mod-Shift-o",
  },
  {
    id: "rename",
    title: "Rename a name",
    detail: "Give the name at the cursor another name, in every file",
    aliases: "refactor symbol variable",
    key: "F2",
  },
  {
    id: "fix",
    title: "Quick fix",
    detail: "Fix the problem at the cursor, or see what else can be done",
    aliases: "code action repair import lightbulb",
    key: "Mod-.",
  },
  { id: "fix all", title: "Fix all problems that can be fixed", aliases: "ruff lint repair autofix" },
  {
    id: "imports",
    title: "Organise imports",
    aliases: "organize sort isort remove unused",
    key: "Shift-Alt-o",
  },
  {
    id: "format",
    title: "Format",
    detail: "Format the selection, or the whole script",
    aliases: "ruff black tidy beautify document",
    key: "Shift-Alt-f",
  },
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

/** Those that open something with a field: what is typed meanwhile is meant for it. */
export const WITH_FIELD: readonly string[] = ["symbols", "rename"];
