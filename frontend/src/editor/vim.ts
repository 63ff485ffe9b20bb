import type { Extension } from "@codemirror/state";
import { EditorView, runScopeHandlers, ViewPlugin } from "@codemirror/view";
import { type CodeMirror, Vim, vim } from "@replit/codemirror-vim";
import "./vim.css";

const saves = new WeakMap<EditorView, () => void>();

Vim.defineEx("write", "w", (editor: CodeMirror) => saves.get(editor.cm6)?.());

/** Vim's line for commands and searches has no name of its own. */
const named = ViewPlugin.define((view) => {
  const name = ({ target }: FocusEvent) => {
    if (target instanceof HTMLInputElement && target.closest(".cm-vim-panel"))
      target.setAttribute("aria-label", "Vim command");
  };
  view.dom.addEventListener("focusin", name);
  return { destroy: () => view.dom.removeEventListener("focusin", name) };
});

/** Vim's keys for *view*, in which `:w` does *save*. The keys that run, stop and save stay what they are elsewhere. */
export function vimKeys(view: EditorView, save: () => void): Extension {
  saves.set(view, save);
  const own = EditorView.domEventHandlers({
    keydown: (event, here) => runScopeHandlers(here, event, "page"),
  });
  return [own, vim({ status: true }), named];
}
