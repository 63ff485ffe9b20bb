import { type Signal, signal } from "@preact/signals";
import { ask } from "../../ui/ask";
import { copyText } from "../../ui/clipboard";
import type { Point } from "../../ui/menu";
import { saveOut } from "../../ui/save-file";
import type { FilesContext } from "../files-context";
import { folderOf, nameOf } from "../paths";
import { upload } from "../uploads";
import { Folders } from "./folders";
import { type EntryRow, type Naming, neighbourOf, rowsOf } from "./tree";

/** A menu that is open. */
export interface OpenMenu {
  /** What it is about; null for the workspace. */
  readonly row: EntryRow | null;
  readonly at: Point;
}

/** What the panel shows, and what one can do in it. */
export class PanelState {
  readonly folders: Folders;
  /** The path of the row that has the focus, or had it last. */
  readonly focused: Signal<string | null> = signal(null);
  /** The path of the row that is to get the focus as soon as it is drawn. */
  readonly wanted: Signal<string | null> = signal(null);
  readonly naming: Signal<Naming | null> = signal(null);
  readonly menu: Signal<OpenMenu | null> = signal(null);

  constructor(readonly files: FilesContext) {
    this.folders = new Folders(files);
  }

  /** Open the file of *row*, or open or close its folder. */
  choose({ entry }: EntryRow): void {
    if (entry.kind === "folder") this.folders.toggle(entry.path);
    else if (entry.kind === "file") {
      void this.files.opened.open(entry.path);
      // On a narrow page the panel lies over the text.
      if (window.matchMedia("(max-width: 700px)").matches) this.files.panel.value = false;
    }
  }

  /** The row of *path* has the focus, or gets it by the Tab key. */
  focusOn(path: string): void {
    this.focused.value = path;
    this.wanted.value = null;
  }

  /** Give the focus to the row of *path* once it is drawn. */
  want(path: string | null): void {
    if (path !== null) this.focused.value = path;
    this.wanted.value = path;
  }

  openMenu(row: EntryRow | null, at: Point): void {
    this.menu.value = { row, at };
  }

  /** Begin to type a name. */
  begin(naming: Naming): void {
    this.wanted.value = null; // the field gets the focus
    if (naming.kind !== "rename") this.folders.open(naming.folder);
    this.naming.value = naming;
  }

  /** *name* was typed; empty when the person thought better of it. The focus stays in the tree if they are *here*. */
  named(naming: Naming, name: string, here: boolean): void {
    this.naming.value = null;
    const before = naming.kind === "rename" ? naming.path : this.focused.peek();
    if (here) this.want(before);
    if (name === "" || (naming.kind === "rename" && name === nameOf(naming.path))) return;
    this.#attempt(async () => {
      const path = await this.folders.make(naming, name);
      if (naming.kind === "file") {
        this.focusOn(path);
        await this.files.opened.open(path);
      } else this.want(path);
    });
  }

  remove(path: string): void {
    this.#attempt(async () => {
      const answer = await ask(
        `Delete ${nameOf(path)}?`,
        "It goes to the trash, from where it can be restored.",
        [{ value: "delete", label: "Move to the trash", look: "primary" }],
      );
      if (answer === null) return;
      const { service, opened, notices } = this.files;
      const { trashed } = await service.remove(path);
      const next = neighbourOf(rowsOf(this.folders.tree.peek()), path);
      opened.deleted(path);
      await this.folders.list(folderOf(path));
      this.want(next);
      notices.say({ subject: "files", kind: "note", text: `${path} is in the trash, as ${trashed}` });
    });
  }

  /** Make a copy of the file *path* beside it. */
  duplicate(path: string): void {
    this.#attempt(async () => this.want(await this.folders.duplicate(path)));
  }

  download(path: string): void {
    this.#attempt(async () =>
      saveOut({ name: nameOf(path), content: await this.files.service.download(path) }),
    );
  }

  /** Put *path*, as it is from the workspace, on the clipboard. */
  copyPath(path: string): void {
    this.#attempt(async () => {
      await copyText(path);
      this.files.notices.say({ subject: "files", kind: "note", text: `${path} is on the clipboard.` });
    });
  }

  upload(chosen: readonly File[], folder: string): void {
    this.#attempt(() =>
      upload(
        this.files,
        chosen.map((file) => ({ file, folders: [] })),
        folder,
      ),
    );
  }

  #attempt(action: () => Promise<unknown>): void {
    action().catch((error: unknown) => this.files.report(error));
  }
}
