import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { EditorState, Prec, type Text } from "@codemirror/state";
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
import { type Command, keysOf } from "../panes/script-commands";
import { find } from "./find";
import { type KeySettings, modal } from "./vim-mode";
import "./editor.css";

export interface TextEditorParts {
  parent: HTMLElement;
  doc: Text;
  /** What a screen reader calls it. */
  label: string;
  commands: Record<string, Command>;
  settings: ReadonlySignal<KeySettings>;
  /** Called after the text or the selection changed. */
  changed(view: EditorView): void;
}

/** An editor for text of any kind, in which nothing runs. */
export function createTextEditor(parts: TextEditorParts): EditorView {
  const { parent, doc, label, commands, changed } = parts;
  const keys = modal(parts.settings, () => commands.save?.run(view));
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc,
      extensions: [
        keys.extension,
        Prec.high(keymap.of(keysOf(commands))),
        history(),
        drawSelection(),
        dropCursor(),
        EditorState.allowMultipleSelections.of(true),
        find(),
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
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
  keys.follow(view);
  return view;
}
