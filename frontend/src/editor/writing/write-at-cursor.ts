import type { Extension } from "@codemirror/state";
import { type EditorView, ViewPlugin } from "@codemirror/view";

/**
 * What is written goes to the cursor whenever the text has the focus, wherever the browser's own selection is.
 *
 * A browser puts letters where its selection is, and drops them without a word where one cannot write. It leaves the selection
 * in a dialog that was clicked shut, though the text has the focus again, and in an output that one has clicked, though the
 * text keeps it. The editor would put it right at its next update, which may come after the first letters.
 */
export function writeAtCursor(): Extension {
  return ViewPlugin.define((view) => {
    const put = (event: KeyboardEvent) => {
      if (event.target !== view.contentDOM || !isWriting(event)) return;
      if (isInText(view, document.getSelection()?.focusNode ?? null)) return;
      // A selection in what has been removed since has moved without an event, and a click may not have been told yet.
      document.dispatchEvent(new Event("selectionchange"));
      view.focus();
    };
    // Before the editor takes the browser's selection for its own, as it does with each key.
    view.dom.addEventListener("keydown", put, true);
    return { destroy: () => view.dom.removeEventListener("keydown", put, true) };
  });
}

/** Whether *event* brings something into the text that the browser, and not the editor, puts there. */
function isWriting(event: KeyboardEvent): boolean {
  const { key } = event;
  const isCommand = (event.ctrlKey || event.metaKey) && !event.getModifierState("AltGraph");
  if (isCommand) return key.toLowerCase() === "v";
  return [...key].length === 1 || OTHERS.includes(key);
}

/** Parts of what an input method composes, and the key for pasting. */
const OTHERS: readonly string[] = ["Dead", "Process", "Unidentified", "Insert"];

function isInText({ contentDOM }: EditorView, node: Node | null): boolean {
  const element = node instanceof HTMLElement ? node : node?.parentElement;
  return contentDOM.contains(element ?? null) && element?.isContentEditable === true;
}
