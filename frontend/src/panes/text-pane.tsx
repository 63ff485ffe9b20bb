import { type EditorView, runScopeHandlers } from "@codemirror/view";
import type { ReadonlySignal } from "@preact/signals";
import { Unreachable } from "../backend/execution-backend";
import type { FileEvent } from "../backend/types";
import { OpenDocument } from "../documents/open-document";
import type { FileStore, TextDocument } from "../documents/text-document";
import type { DraftParts } from "../documents/unsaved-text";
import { createTextEditor } from "../editor/text-editor";
import type { Command } from "../ui/commands";
import type { Pane } from "./pane";
import type { PaneSettings } from "./pane-settings";
import { saveCommand } from "./save-command";

export interface TextPaneParts extends DraftParts {
  readonly document: TextDocument;
  readonly store: FileStore;
  readonly parent: HTMLElement;
  readonly settings: ReadonlySignal<PaneSettings>;
}

/** A text file that is no script, open to be edited. */
export class TextPane implements Pane {
  readonly document: OpenDocument;
  readonly session = null;
  readonly commands: readonly Command[];
  readonly editor: EditorView;

  constructor(private readonly parts: TextPaneParts) {
    const { document, store, parent, settings } = parts;
    this.document = new OpenDocument(document, {
      ...parts,
      store: () => store,
      editor: () => this.editor,
      askForName: () => Promise.resolve(null), // it has one
      saved: () => undefined,
      report: (_, error) => this.#report(error),
      changedOutside: () => undefined, // nothing runs
    });
    this.commands = [
      saveCommand(
        document.unsaved,
        () => this.document.save(),
        () => this.focus(),
      ),
    ];
    this.editor = createTextEditor({
      parent,
      doc: document.text.peek(),
      label: document.path.peek() ?? "",
      commands: this.commands,
      settings,
      save: () => this.document.save(),
      changed: (view) => this.document.edited(view),
    });
  }

  status() {
    const { cursor, file } = this.document;
    return (
      <>
        <span class="status-path">{file.path.value}</span>
        <span class="status-gap" />
        <span class="status-cursor">
          Ln {cursor.value.line}, Col {cursor.value.column}
        </span>
      </>
    );
  }

  shown(): void {
    this.document.look();
    this.editor.requestMeasure();
  }

  focus(): void {
    this.editor.focus();
  }

  handleKey(event: KeyboardEvent): void {
    if (!event.defaultPrevented && runScopeHandlers(this.editor, event, "page")) event.preventDefault();
  }

  fileChanged(event: FileEvent): void {
    this.document.fileChanged(event);
  }

  destroy(): void {
    this.editor.destroy();
  }

  #report(error: unknown): void {
    if (!(error instanceof Error)) throw error;
    const lost = "There is no connection to the server. Your text is kept; try again once it is back.";
    const text = error instanceof Unreachable ? lost : error.message;
    this.parts.notices.say({ subject: "save", kind: "error", text });
  }
}
