import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, foldKeymap } from "@codemirror/language";
import { EditorState, type Extension, type Text } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { standardKeys } from "./editing-keys";
import { finding } from "./find/find";
import { foldMarks } from "./fold-marks";
import { theme } from "./theme";
import "./editor.css";

/** Python that is read and not changed, with *tools*; *label* is what a screen reader calls it. */
export function createSourceView(
  parent: HTMLElement,
  doc: Text,
  label: string,
  tools: Extension,
): EditorView {
  return new EditorView({
    parent,
    state: EditorState.create({
      doc,
      extensions: [
        EditorState.readOnly.of(true),
        tools,
        EditorView.editorAttributes.of({ class: "rdit-source" }),
        EditorView.contentAttributes.of({
          "aria-label": label,
          "aria-readonly": "true",
          spellcheck: "false",
        }),
        pythonLanguage,
        theme(),
        lineNumbers(),
        foldMarks(),
        bracketMatching(),
        drawSelection(),
        highlightActiveLine(),
        finding(),
        keymap.of([...standardKeys, ...foldKeymap]),
      ],
    }),
  });
}
