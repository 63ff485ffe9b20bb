import type { ChangeSet } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { FileEvent } from "../backend/types";
import { loadOnce } from "../ui/load-once";
import { type AutosaveSettings, autosave } from "./autosave";
import type { ExternalChanges } from "./external-changes";
import { partedWords } from "./parted-words";
import { Conflict, type FileStore, type TextDocument } from "./text-document";
import { type DraftParts, keepDrafts, type Recovered, tellRecovered } from "./unsaved-text";

export interface OpenDocumentParts extends DraftParts {
  readonly settings: ReadonlySignal<AutosaveSettings>;
  /** What reads and writes the file. */
  store(): FileStore;
  editor(): EditorView;
  /** Ask the person for a name; null when they think better of it. */
  askForName(): Promise<string | null>;
  saved(name: string): void;
  /** Say why something could not be done. */
  report(subject: string, error: unknown): void;
  /** The text is what somebody else made of it, by *changes*. */
  changedOutside(changes: ChangeSet): void;
}

/** A document in an editor: saved on command or by itself, kept as a draft until then, merged with what is on disk. */
export class OpenDocument {
  /** Where the cursor is, from 1. */
  readonly cursor: Signal<{ line: number; column: number }> = signal({ line: 1, column: 1 });
  /** Whether the person has to choose between versions of the file. */
  readonly #undecided = signal(false);
  /** What puts the text and the file together when another program has changed it, which is rare. */
  readonly #external: () => Promise<ExternalChanges>;
  readonly #endings: readonly (() => void)[];

  constructor(
    readonly file: TextDocument,
    private readonly parts: OpenDocumentParts,
  ) {
    const undecided = this.#undecided;
    const save = () => this.save();
    this.#external = loadOnce(async () => {
      const { ExternalChanges } = await import("./external-changes");
      return new ExternalChanges({ ...parts, document: file, undecided, save });
    });
    this.#endings = [autosave(file, parts.settings, undecided, save), keepDrafts(file, parts)];
  }

  /** Say what was recovered, once there is an editor. */
  tellRecovered(recovered: Recovered): void {
    tellRecovered(recovered, this.file, this.parts.editor(), this.parts.notices);
    // Says what is to choose, where both changed the same lines.
    if (recovered.kind === "apart") this.look();
  }

  /** The text, the selection or the results in *view* changed. */
  edited({ state }: EditorView): void {
    this.file.text.value = state.doc;
    const { head } = state.selection.main;
    const line = state.doc.lineAt(head);
    const [before, column] = [this.cursor.peek(), head - line.from + 1];
    if (before.line !== line.number || before.column !== column)
      this.cursor.value = { line: line.number, column };
  }

  save(): void {
    void this.#saveAs(this.file.path.peek()).catch((error: unknown) => this.parts.report("save", error));
  }

  async #saveAs(path: string | null): Promise<void> {
    const { notices } = this.parts;
    const name = path ?? (await this.parts.askForName());
    if (name === null) return;
    try {
      const { otherNames } = await this.file.save(this.parts.store(), path === null ? name : undefined);
      notices.withdraw("save");
      if (otherNames)
        notices.say({ subject: "links", kind: "warning", text: partedWords(name, "saved", otherNames) });
      this.parts.saved(name);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      if (path === null) notices.say({ subject: "save", kind: "error", text: error.message });
      // What does not overlap is merged, and then it is the merged text that is saved.
      else if ((await this.#external()).take(error.path, error.theirs)) await this.#saveAs(path);
    }
  }

  /** Something happened to a file of the workspace. */
  fileChanged(event: FileEvent): void {
    if (event.path === this.file.path.peek()) this.#withExternal((external) => external.fileChanged(event));
  }

  /** Find out what happened to the file while nobody told. */
  look(): void {
    this.#withExternal((external) => void external.look());
  }

  #withExternal(act: (external: ExternalChanges) => void): void {
    this.#external()
      .then(act)
      .catch((error: unknown) => this.parts.report("file", error));
  }

  /** It is closed; its unsaved text is given up. */
  close(): void {
    for (const end of this.#endings) end();
  }
}
