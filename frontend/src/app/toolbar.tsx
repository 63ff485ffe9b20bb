import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { type Command, type CommandName, isMac, keyLabel } from "../panes/script-commands";
import * as icons from "../ui/icons";

interface ToolbarProps {
  /** What has no command has no button. */
  commands: Partial<Record<CommandName, Command>>;
  perform(name: CommandName): void;
  path: ReadonlySignal<string | null>;
  unsaved: ReadonlySignal<boolean>;
  busy: ReadonlySignal<boolean>;
  /** Goes before the title. */
  children?: ComponentChildren;
}

export function Toolbar({ commands, perform, path, unsaved, busy, children }: ToolbarProps) {
  const button = (
    command: CommandName,
    label: string,
    icon: ComponentChildren,
    more?: { off?: boolean; look?: string },
  ) => {
    const known = commands[command];
    return (
      known && <ToolButton command={known} label={label} icon={icon} run={() => perform(command)} {...more} />
    );
  };
  return (
    <header class="toolbar">
      {children}
      <h1 class="title">
        <span class="wordmark">rdit</span>
        <span class="title-name">{path.value?.split("/").at(-1) ?? "Untitled"}</span>
        <span class="title-unsaved">{unsaved.value ? "Edited" : ""}</span>
      </h1>
      <div class="tools" role="toolbar" aria-label="Script">
        {button("runStatement", "Run", <icons.Run />, { look: "primary" })}
        {button("runAll", "Run all", <icons.RunAll />)}
        {button("stop", "Stop", <icons.Stop />, { off: !busy.value })}
        {button("reset", "Reset", <icons.Reset />)}
        {button("save", "Save", <icons.Save />, { off: !unsaved.value })}
      </div>
    </header>
  );
}

interface ToolButtonProps {
  command: Pick<Command, "title" | "key">;
  label: string;
  icon: ComponentChildren;
  run(): void;
  off?: boolean;
  look?: string;
}

/** A button says what it does and its key; one that has nothing to do stays where it is and can still be reached. */
export function ToolButton({ command, label, icon, run, off = false, look = "plain" }: ToolButtonProps) {
  const key = keyLabel(command.key, isMac);
  return (
    <button
      type="button"
      class={`button button-${look} tool`}
      aria-label={label}
      aria-disabled={off}
      aria-keyshortcuts={command.key.replace("Mod", isMac ? "Meta" : "Control").replaceAll("-", "+")}
      aria-description={command.title}
      onClick={off ? undefined : run}
      // Focus stays in the text, where the next key press is meant to go.
      onMouseDown={(event) => event.preventDefault()}
    >
      {icon}
      <span class="tool-label">{label}</span>
      <span class="tip" aria-hidden="true">
        <span>{command.title}</span>
        <kbd>{key}</kbd>
      </span>
    </button>
  );
}
