import { useEffect, useMemo, useRef } from "preact/hooks";
import { Menu } from "../../ui/menu";
import type { FilesContext } from "../files-context";
import { folderOf } from "../paths";
import { FileTree } from "./file-tree";
import { PanelBar } from "./panel-bar";
import { PanelState } from "./panel-state";
import { menuOf } from "./row-menu";
import { type Row, rowsOf, withNaming } from "./tree";
import "./panel.css";

/** The files of the workspace. */
export function Panel({ files }: { files: FilesContext }) {
  const made = useRef<PanelState | null>(null);
  made.current ??= new PanelState(files);
  const state = made.current;
  const place = useRef<HTMLElement>(null);
  const { folders, focused } = state;
  const active = files.opened.activePath.value;
  useEffect(() => folders.watch(), [folders]);
  useEffect(() => {
    void folders.reveal(active);
  }, [folders, active]);

  const tree = folders.tree.value;
  const naming = state.naming.value;
  const rows = useMemo(() => withNaming(rowsOf(tree), naming), [tree, naming]);
  const current = focusedRow(rows, focused.value ?? active);
  const row = rows[current];
  const entry = row?.kind === "entry" ? row.entry : null;
  const folder = entry === null ? "" : entry.kind === "folder" ? entry.path : folderOf(entry.path);
  const menu = state.menu.value;
  const closeMenu = (refocus: boolean) => {
    state.menu.value = null;
    // At once: a dialog gives the focus back to what had it when the dialog came.
    if (refocus) place.current?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')?.focus();
  };
  return (
    <nav ref={place} class="panel" aria-label="Files">
      <PanelBar state={state} folder={folder} />
      <FileTree state={state} rows={rows} current={current} active={active} />
      {menu && (
        <Menu
          key={menu.row?.entry.path ?? ""}
          label={menu.row?.entry.name ?? "Workspace"}
          commands={menuOf(state, menu.row)}
          at={menu.at}
          close={closeMenu}
        />
      )}
    </nav>
  );
}

function focusedRow(rows: readonly Row[], path: string | null): number {
  const at = rows.findIndex((row) => row.kind === "entry" && row.entry.path === path);
  return at >= 0 ? at : rows.findIndex((row) => row.kind === "entry");
}
