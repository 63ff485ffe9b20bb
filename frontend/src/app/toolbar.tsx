import type { ReadonlySignal } from "@preact/signals";
import { type Command, type Commands, perform } from "../ui/commands";
import { isMac, keyLabel } from "../ui/keys";
import { MenuButton } from "../ui/menu";

interface ToolbarProps {
  /** Those that have a button are shown: of the page before the title, of what is open after it. */
  commands: Commands;
  path: ReadonlySignal<string | null>;
  unsaved: ReadonlySignal<boolean>;
}

export function Toolbar({ commands, path, unsaved }: ToolbarProps) {
  const buttons = (ofPage: boolean) =>
    commands.all
      .filter(({ button, group }) => button && (group === "Page") === ofPage)
      .map((command) => {
        const listed = commands.all.filter(({ menuOf }) => menuOf === command.id);
        const button = <ToolButton key={command.id} command={command} />;
        if (listed.length === 0) return button;
        return (
          <span key={command.id} class="tool-split">
            {button}
            <MenuButton label={`More ways to ${command.button?.label.toLowerCase()}`} commands={listed} />
          </span>
        );
      });
  return (
    <header class="toolbar">
      {buttons(true)}
      <h1 class="title">
        <span class="wordmark">rdit</span>
        <span class="title-name">{path.value?.split("/").at(-1) ?? "Untitled"}</span>
        <span class="title-unsaved">{unsaved.value ? "Edited" : ""}</span>
      </h1>
      <div class="tools" role="toolbar" aria-label="Script">
        {buttons(false)}
      </div>
    </header>
  );
}

/** A button says what it does and its key; one that has nothing to do stays where it is and can still be reached. */
function ToolButton({ command }: { command: Command }) {
  const { title, key = "", button, enabled } = command;
  if (!button) return null;
  const { label, icon: Icon, look = "plain" } = button;
  const off = enabled ? !enabled.value : false;
  return (
    <button
      type="button"
      class={`button button-${look} tool`}
      aria-label={label}
      aria-disabled={off}
      aria-keyshortcuts={key.replace("Mod", isMac ? "Meta" : "Control").replaceAll("-", "+")}
      aria-description={title}
      onClick={off ? undefined : () => perform(command)}
      // Focus stays in the text, where the next key press is meant to go.
      onMouseDown={(event) => event.preventDefault()}
    >
      <Icon />
      <span class="tool-label">{label}</span>
      <span class="tip" aria-hidden="true">
        <span>{title}</span>
        <kbd>{keyLabel(key)}</kbd>
      </span>
    </button>
  );
}
