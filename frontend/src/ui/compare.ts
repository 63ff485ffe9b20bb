import { pythonLanguage } from "@codemirror/lang-python";
import { MergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { theme } from "../editor/theme";

/**
 * Show two versions of a script side by side, theirs on the left to read, mine on the right to edit.
 *
 * Resolves to the text on the right when the person takes it, or to null. Loaded only when it is needed.
 */
export function compare(mine: string, theirs: string): Promise<string | null> {
  const dialog = document.createElement("dialog");
  dialog.className = "card compare";
  dialog.setAttribute("aria-label", "Compare the file on disk with your text");
  const heads = document.createElement("div");
  heads.className = "compare-heads";
  heads.append(heading("On disk"), heading("Yours (edit here)"));
  const place = document.createElement("div");
  place.className = "compare-place";
  const foot = document.createElement("div");
  foot.className = "card-foot";
  const take = button("Continue with the text on the right", "button button-primary");
  const cancel = button("Cancel", "button");
  foot.append(take, cancel);
  dialog.append(heads, place, foot);
  document.body.append(dialog);
  const shared = [lineNumbers(), pythonLanguage, theme(), EditorView.lineWrapping];
  const merge = new MergeView({
    a: { doc: theirs, extensions: [shared, EditorState.readOnly.of(true)] },
    b: { doc: mine, extensions: shared },
    parent: place,
    revertControls: "a-to-b",
    highlightChanges: true,
    gutter: true,
  });
  dialog.showModal();
  return new Promise((resolve) => {
    take.addEventListener("click", () => {
      resolve(merge.b.state.doc.toString());
      dialog.close();
    });
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      resolve(null); // without effect when the text was taken
      merge.destroy();
      dialog.remove();
    });
  });
}

function heading(text: string): HTMLElement {
  const made = document.createElement("h2");
  made.textContent = text;
  return made;
}

function button(text: string, className: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = text;
  return made;
}
