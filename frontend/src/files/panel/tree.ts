/** A tree of files as a list of rows: which folders are open, and what is known of them. Values, never changed in place. */
import type { FolderEntry, FolderResponse } from "../../backend/types";
import { folderOf, isWithin } from "../paths";

export interface Tree {
  /** What is known of folders, by their paths; the workspace itself is the empty path. */
  readonly folders: ReadonlyMap<string, FolderResponse>;
  readonly open: ReadonlySet<string>;
}

/** The line of a file or folder. */
export interface EntryRow {
  readonly kind: "entry";
  readonly entry: FolderEntry;
  /** From 1. */
  readonly level: number;
  readonly open: boolean;
  /** Which of the entries of its folder it is, from 1, and how many there are: rows out of sight are not in the document. */
  readonly position: number;
  readonly size: number;
}

/** A name that is being typed: for something new in a folder, or for what has another name yet. */
export type Naming =
  | { readonly kind: "file" | "folder"; readonly folder: string }
  | { readonly kind: "rename"; readonly path: string };

/** One line of the panel. */
export type Row =
  | EntryRow
  /** Has the field for a name; *name* is the present one. */
  | { readonly kind: "naming"; readonly path: string; readonly level: number; readonly name: string }
  /** Says something about the folder above it. */
  | { readonly kind: "word"; readonly path: string; readonly level: number; readonly text: string };

export const EMPTY: Tree = { folders: new Map(), open: new Set([""]) };

/** The rows of *tree* from the top down. */
export function rowsOf(tree: Tree): Row[] {
  return rowsBelow(tree, "", 1);
}

/** *rows* with the line in which *naming* takes place. */
export function withNaming(rows: readonly Row[], naming: Naming | null): readonly Row[] {
  if (naming === null) return rows;
  const path = naming.kind === "rename" ? naming.path : naming.folder;
  const at = rows.findIndex((row) => row.kind === "entry" && row.entry.path === path);
  const row = rows[at];
  if (naming.kind === "rename") {
    if (row?.kind !== "entry") return rows;
    return rows.with(at, { kind: "naming", path, level: row.level, name: row.entry.name });
  }
  return rows.toSpliced(at + 1, 0, { kind: "naming", path, level: (row?.level ?? 0) + 1, name: "" });
}

/** The path of the entry that is next to *path*, for when that is gone; null when it is alone. */
export function neighbourOf(rows: readonly Row[], path: string): string | null {
  const entries = rows.flatMap((row) => (row.kind === "entry" ? [row.entry.path] : []));
  const at = entries.indexOf(path);
  return entries.slice(at + 1).find((one) => !isWithin(one, path)) ?? entries[at - 1] ?? null;
}

/** What a version control system keeps for itself is nobody's to open. */
function isShown({ name, kind }: FolderEntry): boolean {
  return !(kind === "folder" && /^\.(?:git|hg|svn|jj)$/.test(name));
}

function rowsBelow(tree: Tree, path: string, level: number): Row[] {
  const folder = tree.folders.get(path);
  if (!folder) return [{ kind: "word", path, level, text: "Reading…" }];
  const shown = folder.entries.filter(isShown);
  const rows = shown.flatMap((entry, index): Row[] => {
    const open = entry.kind === "folder" && tree.open.has(entry.path);
    const own: Row = { kind: "entry", entry, level, open, position: index + 1, size: shown.length };
    return open ? [own, ...rowsBelow(tree, entry.path, level + 1)] : [own];
  });
  if (rows.length === 0) rows.push({ kind: "word", path, level, text: "Empty" });
  if (folder.truncated) rows.push({ kind: "word", path, level, text: "There is more than fits here." });
  return rows;
}

export function withFolder(tree: Tree, path: string, answer: FolderResponse): Tree {
  return { ...tree, folders: new Map(tree.folders).set(path, answer) };
}

/** *tree* with the folder *path* open or closed; a closed one is forgotten, to be read anew. */
export function withOpen(tree: Tree, path: string, open: boolean): Tree {
  const opened = new Set(tree.open);
  if (open) opened.add(path);
  else opened.delete(path);
  return { ...tree, open: opened };
}

/** *tree* without the folder *path* and all in it: it is no longer there. */
export function without(tree: Tree, path: string): Tree {
  if (path === "") return tree;
  return {
    folders: new Map([...tree.folders].filter(([one]) => !isWithin(one, path))),
    open: new Set([...tree.open].filter((one) => !isWithin(one, path))),
  };
}

/** Which folders have to be listed again after something happened at *path*: those that are open. */
export function toList(tree: Tree, path: string, change: "created" | "modified" | "deleted"): string[] {
  const folder = path === "" ? [] : [folderOf(path)];
  const asked = change === "modified" ? [path] : folder;
  return asked.filter((one) => tree.folders.has(one) && tree.open.has(one));
}

/** The folders from the workspace to *path*, so that it can be seen. */
export function foldersAbove(path: string): string[] {
  const parts = folderOf(path).split("/").filter(Boolean);
  return ["", ...parts.map((_, index) => parts.slice(0, index + 1).join("/"))];
}

/** Where the focus goes from row *at* by *key*; null when the key means something else. */
export function rowAfter(rows: readonly Row[], at: number, key: string): number | null {
  const entries = rows.flatMap((row, index) => (row.kind === "entry" ? [index] : []));
  const place = entries.indexOf(at);
  const row = rows[at];
  switch (key) {
    case "ArrowDown":
      return entries[place + 1] ?? at;
    case "ArrowUp":
      return entries[place - 1] ?? at;
    case "Home":
      return entries[0] ?? at;
    case "End":
      return entries.at(-1) ?? at;
    case "ArrowLeft": {
      if (row?.kind !== "entry" || row.open) return null;
      const parent = entries.slice(0, place).findLast((index) => (rows[index] as Row).level < row.level);
      return parent ?? at;
    }
    case "ArrowRight": {
      if (row?.kind !== "entry" || !row.open) return null;
      // A folder that is not listed yet has nothing to go into.
      const next = entries[place + 1];
      return next !== undefined && (rows[next] as Row).level > row.level ? next : at;
    }
    default:
      return letterAfter(rows, entries, place, key);
  }
}

/** The next entry whose name begins with the letter *key*. */
function letterAfter(
  rows: readonly Row[],
  entries: readonly number[],
  place: number,
  key: string,
): number | null {
  if (key.length !== 1 || key === " ") return null;
  const around = [...entries.slice(place + 1), ...entries.slice(0, place + 1)];
  const found = around.find((index) => {
    const row = rows[index];
    return row?.kind === "entry" && row.entry.name.toLowerCase().startsWith(key.toLowerCase());
  });
  return found ?? null;
}
