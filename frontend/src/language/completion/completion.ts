import {
  acceptCompletion,
  autocompletion,
  type Completion,
  closeCompletion,
  moveCompletionSelection,
  selectedCompletion,
  startCompletion,
} from "@codemirror/autocomplete";
import { type Extension, Prec } from "@codemirror/state";
import { type EditorView, type KeyBinding, keymap, ViewPlugin } from "@codemirror/view";
import type { LanguageClient } from "../client/language-client";
import type { LanguageParts } from "../client/language-parts";
import { accept, isThere } from "./accept";
import { DocumentationPanel } from "./documentation-panel";
import { isItem } from "./item";
import { drawKind } from "./kinds";
import { CompletionSource } from "./source";
import "./completion.css";

/** Names are completed while one types, and when one asks for it. */
export function completion(client: LanguageClient, { settings }: LanguageParts): Extension {
  const plugin = ViewPlugin.define((view) => {
    const source: CompletionSource = new CompletionSource(view, client, {
      info: (item) => panel.show(item),
      apply,
    });
    const panel = new DocumentationPanel(view, source);
    return source;
  });

  function apply(view: EditorView, chosen: Completion, from: number, to: number): void {
    const resolved = view.plugin(plugin)?.resolved;
    if (!resolved || !isItem(chosen)) return;
    accept(view, chosen, { from, to }, resolved, settings.peek().argumentSnippets);
  }

  function close(view: EditorView): boolean {
    view.plugin(plugin)?.stop();
    return closeCompletion(view);
  }

  return [
    plugin,
    autocompletion({
      override: [(context) => context.view?.plugin(plugin)?.list(context) ?? null],
      // A frame later than the key, which is painted first.
      activateOnTypingDelay: 20,
      defaultKeymap: false,
      icons: false,
      addToOptions: [{ render: drawKind, position: 20 }],
      maxRenderedOptions: 60,
      tooltipClass: () => "rdit-completions",
    }),
    Prec.highest(keymap.of([...KEYS, { key: "Escape", run: close }])),
  ];
}

const KEYS: readonly KeyBinding[] = [
  { key: "Enter", run: acceptByEnter },
  { key: "Tab", run: acceptCompletion },
  { key: "ArrowDown", run: moveCompletionSelection(true) },
  { key: "ArrowUp", run: moveCompletionSelection(false) },
  { key: "PageDown", run: moveCompletionSelection(true, "page") },
  { key: "PageUp", run: moveCompletionSelection(false, "page") },
];

/** A name that is there already needs nothing more: the key begins a new line then. */
function acceptByEnter(view: EditorView): boolean {
  const selected = selectedCompletion(view.state);
  const { head } = view.state.selection.main;
  if (!selected || !isThere(view.state, selected, head)) return acceptCompletion(view);
  closeCompletion(view);
  return false;
}

/** Show what could stand at the cursor. */
export function complete(view: EditorView): void {
  view.focus();
  startCompletion(view);
}
