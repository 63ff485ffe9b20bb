import { Icon } from "../ui/icons";
import { indented } from "./name-field";
import type { PanelState } from "./panel-state";
import { folderOf } from "./paths";
import type { EntryRow } from "./tree";

interface TreeRowProps {
  state: PanelState;
  row: EntryRow;
  /** Whether its file is the one that is shown. */
  selected: boolean;
  /** Whether the Tab key leads to it, rather than to another row. */
  reachable: boolean;
}

/** A file or folder in the tree. */
export function TreeRow({ state, row, selected, reachable }: TreeRowProps) {
  const { entry, level } = row;
  const folder = entry.kind === "folder";
  const focus = () => {
    state.focused.value = entry.path;
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    <div
      role="treeitem"
      class={`panel-row panel-${entry.kind}`}
      aria-label={entry.name}
      aria-level={level}
      aria-expanded={folder ? row.open : undefined}
      aria-selected={selected}
      aria-disabled={entry.kind === "other"}
      tabIndex={reachable ? 0 : -1}
      data-path={entry.path}
      data-drop-folder={folder ? entry.path : folderOf(entry.path)}
      data-ignored={entry.ignored}
      style={indented(level)}
      title={entry.path}
      onClick={() => {
        focus();
        state.choose(row);
      }}
      onFocus={focus}
    >
      <span class="panel-sign" aria-hidden="true" />
      <span class="panel-name">{entry.name}</span>
      <span class="panel-actions">
        <RowButton
          label={`Rename ${entry.name}`}
          icon="M9.8 3.2 12.8 6.2 6 13H3v-3z"
          act={() => state.begin({ kind: "rename", path: entry.path })}
        />
        {entry.kind === "file" && (
          <RowButton
            label={`Download ${entry.name}`}
            icon="M8 2.2v7.6M4.8 6.8 8 10l3.2-3.2M2.8 13.3h10.4"
            act={() => state.download(entry.path)}
          />
        )}
        <RowButton
          label={`Delete ${entry.name}`}
          icon="M2.8 4.4h10.4M6 4.4V2.6h4v1.8M4.2 4.4l.6 9h6.4l.6-9"
          act={() => state.remove(entry.path)}
        />
      </span>
    </div>
  );
}

/** Reached by the pointer; by the keyboard the row itself has F2 and Delete. */
function RowButton({ label, icon, act }: { label: string; icon: string; act(): void }) {
  return (
    <button
      type="button"
      class="panel-button"
      tabIndex={-1}
      aria-label={label}
      title={label}
      onClick={(event) => {
        event.stopPropagation();
        act();
      }}
    >
      <Icon path={icon} />
    </button>
  );
}
