/** A file that was dropped, alone or within a folder. */
export interface Dropped {
  readonly file: File;
  /** The folders around it that were dropped with it, outermost first. */
  readonly folders: readonly string[];
}

/**
 * What a drop brings, with the files in its folders. The entries have to be asked for while the event is handled, so
 * call this from its listener; browsers then let them be read later (File and Directory Entries API).
 */
export function whatWasDropped(transfer: DataTransfer): Promise<Dropped[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory))
    return Promise.resolve([...transfer.files].map((file) => ({ file, folders: [] })));
  return readAll(entries, []);
}

async function readAll(
  entries: readonly (FileSystemEntry | null)[],
  folders: readonly string[],
): Promise<Dropped[]> {
  const found: Dropped[] = [];
  for (const entry of entries) {
    if (entry?.isFile) {
      const file = await new Promise<File>((resolve, reject) =>
        (entry as FileSystemFileEntry).file(resolve, reject),
      );
      found.push({ file, folders });
    } else if (entry?.isDirectory) {
      const inside = await entriesOf(entry as FileSystemDirectoryEntry);
      found.push(...(await readAll(inside, [...folders, entry.name])));
    }
  }
  return found;
}

/** All entries of a folder: a reader gives them a portion at a time, and at last an empty one. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}
