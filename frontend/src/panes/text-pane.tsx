import { type EditorView, runScopeHandlers } from "@codemirror/view";
import type { ReadonlySignal } from "@preact/signals";
import { type Signal, signal } from "@preact/signals";
import { Unreachable } from "../backend/execution-backend";
import { readIfThere } from "../backend/opening";
import type { FileAnswer, FileEvent } from "../backend/types";
import { OutsideChanges, type Versions } from "../documents/external-changes";
import { Conflict, ScriptFile } from "../documents/text-document";
import { createTextEditor } from "../editor/text-editor";
import type { KeySettings } from "../editor/vim-mode";
import type { FileService } from "../files/file-service";
import type { Notices } from "../ui/notices";
import { type Command, saving } from "./script-commands";

export interface TextBenchParts {
  path: string;
  content: FileAnswer;
  service: FileService;
  notices: Notices;
  parent: HTMLElement;
  settings: ReadonlySignal<KeySettings>;
  compare(versions: Versions): Promise<string | null>;
}

/** A text file that is no script, open to be edited. */
export class TextBench {
  readonly file: ScriptFile;
  readonly outside: OutsideChanges;
  readonly cursor: Signal<{ line: number; column: number }> = signal({ line: 1, column: 1 });
  readonly commands: { save: Command };
  readonly undecided: Signal<boolean> = signal(false);
  private made: EditorView | null = null;

  constructor(private readonly parts: TextBenchParts) {
    this.file = new ScriptFile(parts.path, parts.content);
    this.commands = { save: saving(this) };
    this.outside = new OutsideChanges({
      file: this.file,
      notices: parts.notices,
      undecided: this.undecided,
      editor: () => this.editor,
      read: (path) => readIfThere(parts.service, path),
      save: () => this.save(),
      compare: parts.compare,
      report: (error) => this.report(error),
      cameIn: () => undefined, // nothing runs
    });
  }

  /** Made when it is first asked for, with the text that the file has by then. */
  get editor(): EditorView {
    this.made ??= createTextEditor({
      parent: this.parts.parent,
      doc: this.file.text.peek(),
      label: this.parts.path,
      commands: this.commands,
      settings: this.parts.settings,
      changed: (view) => this.changed(view),
    });
    return this.made;
  }

  perform(): void {
    this.save();
    this.editor.focus();
  }

  handleKey(event: KeyboardEvent): void {
    if (!event.defaultPrevented && runScopeHandlers(this.editor, event, "page")) event.preventDefault();
  }

  heard(event: FileEvent): void {
    this.outside.heard(event);
  }

  lookAtFile(): void {
    void this.outside.look();
  }

  save(): void {
    this.saveAll().catch((error: unknown) => this.report(error));
  }

  private async saveAll(): Promise<void> {
    try {
      await this.file.save(this.parts.service);
      this.parts.notices.withdraw("save");
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      if (this.outside.take(error.path, error.theirs)) await this.saveAll();
    }
  }

  private changed(view: EditorView): void {
    this.file.text.value = view.state.doc;
    const { head } = view.state.selection.main;
    const line = view.state.doc.lineAt(head);
    const [before, column] = [this.cursor.peek(), head - line.from + 1];
    if (before.line !== line.number || before.column !== column)
      this.cursor.value = { line: line.number, column };
  }

  private report(error: unknown): void {
    if (!(error instanceof Error)) throw error;
    const lost = "There is no connection to the server. Your text is kept; try again once it is back.";
    const text = error instanceof Unreachable ? lost : error.message;
    this.parts.notices.say({ subject: "save", kind: "error", text });
  }
}
