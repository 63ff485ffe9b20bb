import { Fragment } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { FilesContext } from "./files-context";
import { indented, NameField } from "./name-field";
import { PanelBar } from "./panel-bar";
import { PanelState } from "./panel-state";
import { folderOf } from "./paths";
import { type Row, rowAfter, rowsOf } from "./tree";
import { TreeRow } from "./tree-row";
import "./panel.css";

/** The files of the workspace. */
export function Panel({ files }: { files: FilesContext }) {
  const made = useRef<PanelState | null>(null);
  made.current ??= new PanelState(files);
  const state = made.current;
  const { folders, focused } = state;
  const active = files.opened.activePath.value;
  useEffect(() => folders.watch(), [folders]);
  useEffect(() => {
    void folders.reveal(active);
  }, [folders, active]);

  const rows = rowsOf(folders.tree.value);
  const current = focusedRow(rows, focused.value ?? active);
  const row = rows[current];
  const entry = row?.kind === "entry" ? row.entry : null;
  const folder = entry === null ? "" : entry.kind === "folder" ? entry.path : folderOf(entry.path);
  return (
    <nav class="panel" aria-label="Files">
      <PanelBar state={state} folder={folder} />
      <FileTree state={state} rows={rows} current={current} active={active} />
    </nav>
  );
}

interface FileTreeProps {
  state: PanelState;
  rows: readonly Row[];
  /** The index of the row that has the focus, or gets it by the Tab key. */
  current: number;
  active: string | null;
}

function FileTree({ state, rows, current, active }: FileTreeProps) {
  const list = useRef<HTMLDivElement>(null);
  const focus = (index: number) => {
    const row = rows[index];
    if (row?.kind !== "entry") return;
    state.focused.value = row.entry.path;
    list.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(row.entry.path)}"]`)?.focus();
  };
  const naming = state.naming.value;
  const field = (level: number, name: string) =>
    naming && (
      <NameField
        key="naming"
        naming={naming}
        level={level}
        name={name}
        done={(typed) => state.named(naming, typed)}
      />
    );
  const isNewIn = (path: string) => naming !== null && naming.kind !== "rename" && naming.folder === path;
  return (
    <div
      ref={list}
      class="panel-tree"
      role="tree"
      aria-label="Workspace"
      tabIndex={-1}
      data-drop-folder=""
      onKeyDown={(event) => press(event, state, rows, current, focus)}
    >
      {isNewIn("") && field(1, "")}
      {rows.map((row, index) => {
        if (row.kind === "word")
          return (
            <p key={`${row.path} word ${row.text}`} class="panel-word" style={indented(row.level)}>
              {row.text}
            </p>
          );
        const { path, name } = row.entry;
        if (naming?.kind === "rename" && naming.path === path) return field(row.level, name);
        return (
          <Fragment key={path}>
            <TreeRow state={state} row={row} selected={path === active} reachable={index === current} />
            {isNewIn(path) && field(row.level + 1, "")}
          </Fragment>
        );
      })}
    </div>
  );
}

/** The keys of the tree; *focus* goes to another row. */
function press(
  event: KeyboardEvent,
  state: PanelState,
  rows: readonly Row[],
  current: number,
  focus: (index: number) => void,
): void {
  if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = rows[current];
  if (row?.kind !== "entry") return;
  const { entry, open } = row;
  const next = rowAfter(rows, current, event.key);
  if (next !== null) focus(next);
  else if (event.key === "ArrowRight" && entry.kind === "folder" && !open) state.folders.open(entry.path);
  else if (event.key === "ArrowLeft" && open) state.folders.toggle(entry.path);
  else if (event.key === "Enter" || event.key === " ") state.choose(row);
  else if (event.key === "F2") state.begin({ kind: "rename", path: entry.path });
  else if (event.key === "Delete") state.remove(entry.path);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function focusedRow(rows: readonly Row[], path: string | null): number {
  const at = rows.findIndex((row) => row.kind === "entry" && row.entry.path === path);
  return at >= 0 ? at : rows.findIndex((row) => row.kind === "entry");
}
