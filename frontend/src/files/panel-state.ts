import { type Signal, signal } from "@preact/signals";
import { ask } from "../ui/ask";
import { saveOut } from "../ui/save-file";
import type { FilesContext } from "./files-context";
import { Folders } from "./folders";
import { folderOf, nameOf } from "./paths";
import type { EntryRow } from "./tree";
import { upload } from "./uploads";

/** A name that is being typed: for something new in a folder, or for what has another name yet. */
export type Naming =
  | { readonly kind: "file" | "folder"; readonly folder: string }
  | { readonly kind: "rename"; readonly path: string };

/** What the panel shows, and what one can do in it. */
export class PanelState {
  readonly folders: Folders;
  /** The path of the row that has the focus, or had it last. */
  readonly focused: Signal<string | null> = signal(null);
  readonly naming: Signal<Naming | null> = signal(null);

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

  /** Begin to type a name. */
  begin(naming: Naming): void {
    if (naming.kind !== "rename") this.folders.open(naming.folder);
    this.naming.value = naming;
  }

  /** *name* was typed; empty when the person thought better of it. */
  named(naming: Naming, name: string): void {
    this.naming.value = null;
    if (name === "" || (naming.kind === "rename" && name === nameOf(naming.path))) return;
    this.#attempt(async () => {
      const path = await this.folders.make(naming, name);
      this.focused.value = path;
      if (naming.kind === "file") await this.files.opened.open(path);
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
      opened.deleted(path);
      await this.folders.list(folderOf(path));
      notices.say({ subject: "files", kind: "note", text: `${path} is in the trash, as ${trashed}` });
    });
  }

  download(path: string): void {
    this.#attempt(async () =>
      saveOut({ name: nameOf(path), content: await this.files.service.download(path) }),
    );
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
