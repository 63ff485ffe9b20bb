import { pythonLanguage } from "@codemirror/lang-python";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { expect, test, vi } from "vitest";
import { showPalette } from "../../src/app/palette/command-sheets";
import { results } from "../../src/editor/results/results-field";
import type { FilesContext } from "../../src/files/files-context";

const COUNT = 200;

test("the palette has every place of a script that takes long to read", async () => {
  HTMLDialogElement.prototype.showModal = () => undefined; // jsdom has none
  Element.prototype.scrollIntoView = () => undefined;
  const body = "    return (1, 2, [3])\n".repeat(10);
  const doc = Array.from({ length: COUNT }, (_, index) => `def f${index}():\n${body}`).join("");
  const state = EditorState.create({ doc, extensions: [pythonLanguage, results()] });
  const view = new EditorView({ state });
  const service = { find: async () => ({ paths: [], truncated: false }) };
  showPalette({ commands: { all: [] }, service } as unknown as FilesContext, view);
  await vi.waitFor(
    () => expect(document.querySelectorAll("[role=option]").length).toBeGreaterThan(COUNT - 1),
    {
      timeout: 110_000,
      interval: 200,
    },
  );
  view.destroy();
}, 120_000);
