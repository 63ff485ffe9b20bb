import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { effect, signal } from "@preact/signals";
import { expect, test } from "vitest";
import { ExternalChanges } from "../../src/documents/external-changes";
import { type FileStore, TextDocument } from "../../src/documents/text-document";
import { Notices } from "../../src/ui/notices";

test("a draft never has the version of others without what they wrote", () => {
  const document = new TextDocument("a.py", { content: "a\nb\nc", version: "1" });
  const editor = new EditorView({
    state: EditorState.create({
      doc: document.text.peek(),
      extensions: EditorView.updateListener.of(({ state }) => {
        document.text.value = state.doc;
      }),
    }),
  });
  const external = new ExternalChanges({
    document,
    notices: new Notices(),
    undecided: signal(false),
    editor: () => editor,
    store: () => ({}) as FileStore,
    save: () => undefined,
    report: () => undefined,
    changedOutside: () => undefined,
  });
  editor.dispatch({ changes: { from: 0, insert: "typed\n" } });
  const drafts: string[] = [];
  effect(() => {
    drafts.push(`${document.saved.value} | ${document.text.value}`.replaceAll("\n", " "));
  });
  external.take("a.py", { content: "a\nb\nC", version: "2" });
  expect(drafts).toEqual(["a b c | typed a b c", "a b C | typed a b C"]);
});
