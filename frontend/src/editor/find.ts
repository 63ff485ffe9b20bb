import { Compartment, type Extension } from "@codemirror/state";
import { type EditorView, type KeyBinding, keymap } from "@codemirror/view";

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

/** Find and replace, and cursors at more places with the same text. Loaded when one of its keys is first pressed. */
export function find(): Extension {
  const place = new Compartment();
  let loading: Promise<Search> | null = null;
  const load = (view: EditorView) => {
    loading ??= import("@codemirror/search").then((module) => {
      const { highlightSelectionMatches, search, searchKeymap } = module;
      const extensions = [search({ top: true }), highlightSelectionMatches(), keymap.of(searchKeymap)];
      view.dispatch({ effects: place.reconfigure(extensions) });
      return module;
    });
    return loading;
  };
  const perform = (command: SearchCommand) => (view: EditorView) => {
    void load(view).then((module) => module[command](view));
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
  return [keymap.of(bindings), place.of([])];
}
