import { useRef } from "preact/hooks";
import { Icon } from "../../ui/icons";
import { keyLabel } from "../../ui/keys";
import type { PanelState } from "./panel-state";

/** The buttons above the tree; what they make goes into *folder*. */
export function PanelBar({ state, folder }: { state: PanelState; folder: string }) {
  const chooser = useRef<HTMLInputElement>(null);
  const { commands } = state.files;
  const command = (id: string, label: string, icon: string) => {
    const { key, run } = commands.get(id);
    return (
      <PanelButton label={key ? `${label} (${keyLabel(key)})` : label} icon={icon} act={() => run?.()} />
    );
  };
  return (
    <div class="panel-bar">
      <PanelButton
        label="New file"
        icon="M3 1.8h6l4 4v8.4H3zM8 7.4v4.4M5.8 9.6h4.4"
        act={() => state.begin({ kind: "file", folder })}
      />
      <PanelButton
        label="New folder"
        icon="M1.8 3.2h4.4l1.4 1.6h6.6v8H1.8zM8 6.8v4M6 8.8h4"
        act={() => state.begin({ kind: "folder", folder })}
      />
      <PanelButton
        label="Upload files"
        icon="M8 10V2.4M4.8 5.4 8 2.2l3.2 3.2M2.8 13.3h10.4"
        act={() => chooser.current?.click()}
      />
      {command("open", "Find a file", "M7 2.6a4.4 4.4 0 1 1 0 8.8 4.4 4.4 0 0 1 0-8.8M10.4 10.4l3.2 3.2")}
      <span class="panel-gap" />
      {command("settings", "Settings", "M2 4.6h7M13 4.6h1M2 11.4h1M7 11.4h7M11 2.8v3.6M5 9.6v3.6")}
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        onChange={(event) => state.upload([...(event.currentTarget.files ?? [])], folder)}
      />
    </div>
  );
}

function PanelButton({ label, icon, act }: { label: string; icon: string; act(): void }) {
  return (
    <button type="button" class="panel-button" aria-label={label} title={label} onClick={act}>
      <Icon path={icon} />
    </button>
  );
}
