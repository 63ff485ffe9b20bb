import type { CSSProperties } from "preact";
import { Icon } from "../../ui/icons";
import type { Point } from "../../ui/menu";
import { folderOf, type Kind, kindOf } from "../paths";
import type { PanelState } from "./panel-state";
import type { EntryRow } from "./tree";

interface TreeRowProps {
  state: PanelState;
  row: EntryRow;
  /** Whether its file is the one that is shown. */
  selected: boolean;
  /** Whether the Tab key leads to it, rather than to another row. */
  reachable: boolean;
  style: CSSProperties;
}

/** A file or folder in the tree. */
export function TreeRow({ state, row, selected, reachable, style }: TreeRowProps) {
  const { entry, level, position, size } = row;
  const folder = entry.kind === "folder";
  const focus = () => state.focusOn(entry.path);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    <div
      role="treeitem"
      class={`panel-row panel-${entry.kind}`}
      aria-label={entry.name}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={size}
      aria-expanded={folder ? row.open : undefined}
      aria-selected={selected}
      aria-disabled={entry.kind === "other"}
      tabIndex={reachable ? 0 : -1}
      data-path={entry.path}
      data-drop-folder={folder ? entry.path : folderOf(entry.path)}
      data-ignored={entry.ignored}
      data-has-menu={state.menu.value?.row?.entry.path === entry.path || undefined}
      style={style}
      title={entry.path}
      onClick={() => {
        focus();
        state.choose(row);
      }}
      onFocus={focus}
      onContextMenu={(event) => {
        event.preventDefault();
        event.stopPropagation();
        focus();
        state.openMenu(row, placeOf(event));
      }}
    >
      <span class="panel-sign" aria-hidden="true" />
      <FileIcon kind={folder ? "folder" : kindOf(entry.path)} />
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

/** Where a menu opens: at the pointer, and below the row where a key or a long touch asked for it. */
function placeOf(event: MouseEvent): Point {
  if (event.button === 2) return { x: event.clientX, y: event.clientY };
  return below(event.currentTarget as HTMLElement);
}

/** Below the name in *row*. */
export function below(row: HTMLElement): Point {
  const { left, bottom } = (row.querySelector(".panel-name") ?? row).getBoundingClientRect();
  return { x: left, y: bottom };
}

/** Paths on a grid of 16. */
const ICONS: Record<Kind | "folder", string> = {
  folder: "M1.8 3.4h4.2l1.4 1.6h6.8v7.6H1.8z",
  script: "m5.4 4.6-3.2 3.4 3.2 3.4M10.6 4.6l3.2 3.4-3.2 3.4",
  image: "M2.2 3.2h11.6v9.6H2.2zM2.6 11.6l3.4-3.4 2.4 2.4 2-2 3 3M10.4 5.8h.1",
  table: "M2.2 3.2h11.6v9.6H2.2zM2.2 6.4h11.6M2.2 9.6h11.6M6.6 3.2v9.6",
  text: "M3.8 2h5.4l3 3v9H3.8zM6 7.4h4M6 10h4",
};

function FileIcon({ kind }: { kind: Kind | "folder" }) {
  return (
    <span class={`panel-icon panel-icon-${kind}`}>
      <Icon path={ICONS[kind]} />
    </span>
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
