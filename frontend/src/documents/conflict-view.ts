import { MergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { python } from "../editor/python-language";
import { theme } from "../editor/theme";
import { element } from "../ui/element";
import "./conflict-view.css";

/** The versions among which a person chooses. */
export interface Versions {
  readonly path: string;
  readonly mine: string;
  readonly theirs: string;
  /** What does not overlap from both, and mine where they overlap. */
  readonly merged: string;
  readonly overlaps: number;
}

/**
 * Show what is on disk beside what would be kept: mine, theirs, or both merged, and then edited by hand.
 *
 * Resolves to the text on the right when the person takes it, or to null. Loaded only when it is needed.
 */
export function compare(versions: Versions): Promise<string | null> {
  const { path, theirs, merged, overlaps } = versions;
  const place = element("div", { class: "conflict-place" });
  const merge = mergeView(path, theirs, merged, place);
  const take = element("button", { type: "button", class: "button button-primary" }, "Use this result");
  const cancel = element("button", { type: "button", class: "button" }, "Cancel");
  const dialog = element(
    "dialog",
    { class: "card conflict", "aria-labelledby": "conflict-title" },
    element("h2", { id: "conflict-title" }, `${path} was changed here and on disk`),
    element("p", {}, explanation(overlaps)),
    choices(versions, merge.b),
    element(
      "div",
      { class: "conflict-heads" },
      element("h3", {}, "On disk"),
      element("h3", {}, "Result (edit here)"),
    ),
    place,
    element("div", { class: "card-foot" }, take, cancel),
  );
  document.body.append(dialog);
  dialog.showModal();
  merge.b.focus();
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

function mergeView(path: string, theirs: string, merged: string, parent: HTMLElement): MergeView {
  const shared = [
    lineNumbers(),
    path.endsWith(".py") || path.endsWith(".pyi") ? python : [],
    theme(),
    EditorView.lineWrapping,
  ];
  return new MergeView({
    a: {
      doc: theirs,
      extensions: [shared, EditorState.readOnly.of(true), named("On disk")],
    },
    b: { doc: merged, extensions: [shared, named("Result")] },
    parent,
    revertControls: "a-to-b",
    highlightChanges: true,
    gutter: true,
  });
}

/** With which text *result* begins. */
function choices({ mine, theirs, merged }: Versions, result: EditorView): HTMLElement {
  const dom = element("fieldset", { class: "conflict-choices" }, element("legend", {}, "Begin with"));
  const begin = (label: string, text: string, checked: boolean) => {
    const input = element("input", { type: "radio", name: "conflict-begin" });
    input.checked = checked;
    input.addEventListener("change", () => {
      result.dispatch({ changes: { from: 0, to: result.state.doc.length, insert: text } });
    });
    dom.append(element("label", {}, input, label));
  };
  begin("Both, merged", merged, true);
  begin("Mine", mine, false);
  begin("Theirs", theirs, false);
  return dom;
}

function named(label: string) {
  return EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" });
}

function explanation(overlaps: number): string {
  const kept = "Nothing is saved until you save it, and undo brings back what you had.";
  if (overlaps === 0) return `The changes do not overlap. ${kept}`;
  const places = overlaps === 1 ? "one place" : `${overlaps} places`;
  return `The changes overlap at ${places}, where the merged text has yours; the rest of both is in it. ${kept}`;
}
