import { type Signal, signal } from "@preact/signals";
import { Refused } from "../../backend/execution-backend";
import type { FileEvent } from "../../backend/types";
import type { FilesContext } from "../files-context";
import { copyName, folderOf, joined, nameOf } from "../paths";
import { EMPTY, foldersAbove, type Naming, type Tree, toList, withFolder, withOpen, without } from "./tree";

/** The folders that the panel shows, read when they are opened and kept as the disk has them. */
export class Folders {
  readonly tree: Signal<Tree> = signal(EMPTY);
  readonly #asked = new Map<string, Promise<void>>();

  constructor(private readonly files: FilesContext) {}

  /** Show the workspace, and hear what happens to its files, until what this returns is called. */
  watch(): () => void {
    for (const path of this.tree.peek().open) this.#attempt(this.list(path));
    return this.files.opened.onFileChange((event) => this.#heard(event));
  }

  toggle(path: string): void {
    if (this.tree.peek().open.has(path)) this.tree.value = withOpen(this.tree.peek(), path, false);
    else this.open(path);
  }

  open(path: string): void {
    this.tree.value = withOpen(this.tree.peek(), path, true);
    this.#attempt(this.list(path));
  }

  /** Open the folders in which *path* is. */
  async reveal(path: string | null): Promise<void> {
    if (path === null) return;
    for (const folder of foldersAbove(path)) {
      if (this.tree.peek().open.has(folder) && this.tree.peek().folders.has(folder)) continue;
      this.tree.value = withOpen(this.tree.peek(), folder, true);
      await this.list(folder).catch((error: unknown) => this.files.report(error));
    }
  }

  /** Read a folder again. Whoever asks while it is read gets what is read after. */
  list(path: string): Promise<void> {
    const before = this.#asked.get(path) ?? Promise.resolve();
    const next = before
      .catch(() => undefined) // whoever asked for that hears of it
      .then(() => this.#read(path));
    this.#asked.set(path, next);
    return next.finally(() => {
      if (this.#asked.get(path) === next) this.#asked.delete(path);
    });
  }

  /** Make something new, or give it another name; returns its path. */
  async make(wanted: Naming, name: string): Promise<string> {
    const { service } = this.files;
    if (wanted.kind === "rename") {
      const to = joined(folderOf(wanted.path), name);
      const { path } = await service.rename(wanted.path, to);
      this.tree.value = without(this.tree.peek(), wanted.path);
      this.files.opened.renamed(wanted.path, path);
      await this.list(folderOf(wanted.path));
      if (folderOf(path) !== folderOf(wanted.path)) await this.reveal(path);
      return path;
    }
    const path = joined(wanted.folder, name);
    if (wanted.kind === "folder") await service.createFolder(path);
    else await service.writeFile(path, "", null);
    await this.list(wanted.folder);
    await this.reveal(path);
    return path;
  }

  /** Copy the file at *path* under the first free name beside it; returns that path. What is not saved is not copied. */
  async duplicate(path: string): Promise<string> {
    const { service } = this.files;
    const folder = folderOf(path);
    const [content, { entries }] = await Promise.all([service.raw(path), service.list(folder)]);
    const taken = new Set(entries.map(({ name }) => name));
    const sending = { replace: false, progress: () => undefined, signal: new AbortController().signal };
    let number = 1;
    while (taken.has(copyName(nameOf(path), number))) number += 1;
    const name = copyName(nameOf(path), number);
    const made = await service.upload(joined(folder, name), new File([content], name), sending);
    await this.list(folder);
    return made.path;
  }

  async #read(path: string): Promise<void> {
    try {
      const answer = await this.files.service.list(path);
      this.tree.value = withFolder(this.tree.peek(), path, answer);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 404 || path === "") throw error;
      this.tree.value = without(this.tree.peek(), path);
    }
  }

  #heard({ path, change }: FileEvent): void {
    for (const folder of toList(this.tree.peek(), path, change)) this.#attempt(this.list(folder));
  }

  #attempt(request: Promise<void>): void {
    request.catch((error: unknown) => this.files.report(error));
  }
}
