import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { type Command, type Commands, perform } from "../ui/commands";
import { Dots, Search } from "../ui/icons";
import { isMac, keyLabel } from "../ui/keys";
import { MenuButton } from "../ui/menu";

interface ToolbarProps {
  /** Those that have a button are shown: of the page before the title, of what is open after it. */
  commands: Commands;
  path: ReadonlySignal<string | null>;
  unsaved: ReadonlySignal<boolean>;
  /** What says whether the page is true. */
  badge?: ComponentChildren;
  /** What stands beside the title. */
  children?: ComponentChildren;
}

export function Toolbar({ commands, path, unsaved, badge, children }: ToolbarProps) {
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
      <div class="toolbar-start">
        {buttons(true)}
        <h1 class="title">
          <span class="wordmark">rdit</span>
          <span class="title-name">{path.value?.split("/").at(-1) ?? "Untitled"}</span>
          <span class="title-unsaved">{unsaved.value ? "Edited" : ""}</span>
        </h1>
        {children}
      </div>
      <div class="toolbar-middle">{badge}</div>
      <div class="toolbar-end">
        <div class="tools" role="toolbar" aria-label="Script">
          {buttons(false)}
        </div>
        <div class="tools" role="toolbar" aria-label="Page">
          <PaletteButton command={commands.get("palette")} />
          <MenuButton
            label="More"
            icon={Dots}
            look="plain"
            commands={commands.all.filter(({ inMenu }) => inMenu)}
          />
        </div>
      </div>
    </header>
  );
}

/** Where one looks around: it shows its key, which works from anywhere, or on a narrow page its sign. */
function PaletteButton({ command }: { command: Command }) {
  const { title, key = "" } = command;
  return (
    <button
      type="button"
      class="button button-plain tool palette-button"
      aria-label={`${title}, ${keyLabel(key)}`}
      aria-keyshortcuts={ariaKey(key)}
      title={title}
      onClick={() => perform(command)}
      onMouseDown={(event) => event.preventDefault()}
    >
      <Search />
      <kbd>{keyLabel(key)}</kbd>
    </button>
  );
}

function ariaKey(key: string): string {
  return key.replace("Mod", isMac ? "Meta" : "Control").replaceAll("-", "+");
}

/** A button says what it does and its key; one that has nothing to do stays where it is and can still be reached. */
function ToolButton({ command }: { command: Command }) {
  const { title, detail = title, key = "", button, enabled, pressed } = command;
  if (!button) return null;
  const { label, icon: Icon, look = "plain" } = button;
  const off = enabled ? !enabled.value : false;
  return (
    <button
      type="button"
      class={`button button-${look} tool`}
      data-command={command.id}
      aria-label={label}
      aria-disabled={off}
      aria-pressed={pressed?.value}
      aria-keyshortcuts={ariaKey(key)}
      aria-description={detail}
      onClick={off ? undefined : () => perform(command)}
      // Focus stays in the text, where the next key press is meant to go.
      onMouseDown={(event) => event.preventDefault()}
    >
      <Icon />
      <span class="tool-label">{label}</span>
      <span class="tip" aria-hidden="true">
        <span>{detail}</span>
        <kbd>{keyLabel(key)}</kbd>
      </span>
    </button>
  );
}
