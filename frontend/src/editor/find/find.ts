import { Compartment, type Extension, Facet } from "@codemirror/state";
import { type EditorView, type KeyBinding, keymap, ViewPlugin } from "@codemirror/view";
import { typedAhead } from "../../ui/typed-ahead";
import { whenUsed } from "../../ui/when-used";

type Search = typeof import("@codemirror/search");
type SearchCommand =
  | "openSearchPanel"
  | "findNext"
  | "findPrevious"
  | "selectNextOccurrence"
  | "selectSelectionMatches"
  | "gotoLine";

const KEYS: readonly { key: string; run: SearchCommand; shift?: SearchCommand }[] = [
  { key: "Mod-f", run: "openSearchPanel" },
  { key: "F3", run: "findNext", shift: "findPrevious" },
  { key: "Mod-g", run: "findNext", shift: "findPrevious" },
  { key: "Mod-d", run: "selectNextOccurrence" },
  { key: "Mod-Shift-l", run: "selectSelectionMatches" },
  { key: "Mod-Alt-g", run: "gotoLine" },
];

/** How an editor gets what finds; once. */
const loader = Facet.define<(view: EditorView) => Promise<Search>>();

/** Do *command* in *view*, once what finds is loaded. */
export function find(view: EditorView, command: SearchCommand): void {
  const loaded = view.state.facet(loader)[0]?.(view);
  if (loaded) void typedAhead(loaded.then((search) => search[command](view)));
}

const modules = () => Promise.all([import("@codemirror/search"), import("./find-panel")]);

/** Find and replace, and cursors at more places with the same text. */
export function finding(): Extension {
  const place = new Compartment();
  let loading: Promise<Search> | null = null;
  const load = (view: EditorView) => {
    loading ??= modules().then(([module, { findPanel }]) => {
      const { highlightSelectionMatches, search, searchKeymap } = module;
      const extensions = [
        search({ top: true, literal: true, createPanel: findPanel }),
        highlightSelectionMatches(),
        keymap.of(searchKeymap),
      ];
      view.dispatch({ effects: place.reconfigure(extensions) });
      return module;
    });
    return loading;
  };
  // What is typed right after Ctrl+F is meant for the panel, so that is loaded before anybody asks for it.
  const ahead = ViewPlugin.define(() => ({
    // What cannot be loaded now is loaded when it is asked for, and fails there if that fails too.
    destroy: whenUsed(() => void modules().catch(() => undefined)),
  }));
  const perform = (command: SearchCommand) => (view: EditorView) => {
    find(view, command);
    return true;
  };
  const bindings = KEYS.map(
    ({ key, run, shift }): KeyBinding => ({
      key,
      run: perform(run),
      ...(shift ? { shift: perform(shift) } : {}),
      preventDefault: true,
    }),
  );
  return [loader.of(load), ahead, keymap.of(bindings), place.of([])];
}
