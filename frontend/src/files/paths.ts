/** What a file opens as. */
export type Kind = "script" | "image" | "table" | "text";

const IMAGES = /\.(apng|avif|bmp|gif|ico|jpe?g|png|svg|webp)$/i;

/** What the file at *path* opens as, by its name. */
export function kindOf(path: string): Kind {
  if (/\.(py|pyw|pyi)$/i.test(path)) return "script";
  if (IMAGES.test(path)) return "image";
  return /\.(csv|tsv)$/i.test(path) ? "table" : "text";
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** What the copy with this *number* (from 1) of the file *name* is called: `notes copy.txt`, `notes copy 2.txt`. */
export function copyName(name: string, number: number): string {
  // A name that begins with a dot has no extension there.
  const dot = name.lastIndexOf(".");
  const at = dot > 0 ? dot : name.length;
  return `${name.slice(0, at)} copy${number === 1 ? "" : ` ${number}`}${name.slice(at)}`;
}

/** The folder that *path* is in; empty for the workspace itself. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

export function joined(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** *path* without `.` and `..`; null when it leads out of the workspace. */
export function resolved(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === ".." && parts.pop() === undefined) return null;
    if (part !== ".." && part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

/** An absolute path without the `./` and `../` that the command line may have named the script with. */
export function withoutDots(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Whether *path* is *folder* or in it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/** Where *path* is once *old* is called *now*. */
export function movedPath(path: string, old: string, now: string): string {
  return isWithin(path, old) ? now + path.slice(old.length) : path;
}

/** Names for tabs: as short as tells them apart, with folders only where two files have one name. */
export function shortNames(paths: readonly string[]): string[] {
  return paths.map((path) => {
    const parts = path.split("/");
    for (let count = 1; count < parts.length; count += 1) {
      const end = parts.slice(-count).join("/");
      if (!paths.some((other) => other !== path && `/${other}`.endsWith(`/${end}`))) return end;
    }
    return path;
  });
}

/** Which of *tabs* is shown after *closed* is gone: the one that takes its place, or the last. */
export function neighbour<T>(tabs: readonly T[], closed: T): T | null {
  const at = tabs.indexOf(closed);
  return tabs[at + 1] ?? tabs[at - 1] ?? null;
}
