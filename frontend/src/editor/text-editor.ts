import { history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { EditorState, type Text } from "@codemirror/state";
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { ReadonlySignal } from "@preact/signals";
import type { Command } from "../ui/commands";
import { commandKeys } from "./command-keys";
import { editingKeys, standardKeys } from "./editing-keys";
import { finding } from "./find/find";
import { type KeySettings, vimMode } from "./vim-mode";
import { syntaxSelection } from "./writing/syntax-selection";
import { writeAtCursor } from "./writing/write-at-cursor";
import "./editor.css";

export interface TextEditorParts {
  parent: HTMLElement;
  doc: Text;
  /** What a screen reader calls it. */
  label: string;
  /** Their keys are the editor's. */
  commands: readonly Command[];
  settings: ReadonlySignal<KeySettings>;
  save(): void;
  /** Called after the text or the selection changed. */
  changed(view: EditorView): void;
}

/** An editor for text of any kind, in which nothing runs. */
export function createTextEditor(parts: TextEditorParts): EditorView {
  const { parent, doc, label, commands, changed } = parts;
  const keys = vimMode(parts.settings, parts.save);
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc,
      extensions: [
        keys.extension,
        commandKeys(commands),
        history(),
        drawSelection(),
        dropCursor(),
        EditorState.allowMultipleSelections.of(true),
        writeAtCursor(),
        syntaxSelection(),
        finding(),
        keymap.of([...editingKeys, ...standardKeys, ...historyKeymap, indentWithTab]),
        lineNumbers(),
        highlightSpecialChars(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
        EditorView.updateListener.of((update) => {
          if (update.transactions.length > 0) changed(update.view);
        }),
      ],
    }),
  });
  keys.attach(view);
  return view;
}
