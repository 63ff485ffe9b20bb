import type { Extension } from "@codemirror/state";
import { EditorView, runScopeHandlers } from "@codemirror/view";
import { type CodeMirror, Vim, vim } from "@replit/codemirror-vim";
import "./vim.css";

const saves = new WeakMap<EditorView, () => void>();

Vim.defineEx("write", "w", (editor: CodeMirror) => saves.get(editor.cm6)?.());

/** Vim's keys for *view*, in which `:w` does *save*. The keys that run, stop and save stay what they are elsewhere. */
export function vimKeys(view: EditorView, save: () => void): Extension {
  saves.set(view, save);
  const own = EditorView.domEventHandlers({
    keydown: (event, here) => runScopeHandlers(here, event, "page"),
  });
  return [own, vim({ status: true })];
}
