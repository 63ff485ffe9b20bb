/** What the context menu of the panel lists. */
import type { MenuItem } from "../../ui/menu";
import { folderOf } from "../paths";
import type { PanelState } from "./panel-state";
import type { EntryRow } from "./tree";

/** The menu of *row*, or of the workspace. */
export function menuOf(state: PanelState, row: EntryRow | null): MenuItem[] {
  if (row === null) return newThings(state, "");
  const { path, kind } = row.entry;
  const own: MenuItem[] = [
    { id: "rename", title: "Rename…", key: "F2", run: () => state.begin({ kind: "rename", path }) },
    { id: "copy path", title: "Copy the path", run: () => state.copyPath(path) },
    { id: "delete", title: "Move to the trash…", key: "Delete", run: () => state.remove(path) },
  ];
  if (kind === "other") return own;
  if (kind === "folder") {
    const title = row.open ? "Close the folder" : "Open the folder";
    return [{ id: "open", title, run: () => state.choose(row) }, ...newThings(state, path), ...own];
  }
  return [
    { id: "open", title: "Open", key: "Enter", run: () => state.choose(row) },
    { id: "duplicate", title: "Duplicate", run: () => state.duplicate(path) },
    { id: "download", title: "Download", run: () => state.download(path) },
    ...own,
    ...newThings(state, folderOf(path)),
  ];
}

function newThings(state: PanelState, folder: string): MenuItem[] {
  return [
    { id: "new file", title: "New file…", run: () => state.begin({ kind: "file", folder }) },
    { id: "new folder", title: "New folder…", run: () => state.begin({ kind: "folder", folder }) },
  ];
}
