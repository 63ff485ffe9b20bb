import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { vimMode } from "../../src/editor/vim-mode";

const settings = signal({ vim: false });
const save = vi.fn();
const run = vi.fn(() => true);
let view: EditorView;

beforeEach(() => {
  settings.value = { vim: false };
  save.mockReset();
  run.mockClear();
  const keys = vimMode(settings, save);
  const own = keymap.of([{ key: "Ctrl-Enter", run, scope: "editor page" }]);
  view = new EditorView({
    parent: document.body,
    state: EditorState.create({ doc: "one\ntwo\n", extensions: [keys.extension, own] }),
  });
  keys.attach(view);
});
afterEach(() => view.destroy());

function press(key: string, more: KeyboardEventInit = {}, target: Element = view.contentDOM): void {
  const init = { key, code: `Key${key.toUpperCase()}`, bubbles: true, cancelable: true, ...more };
  target.dispatchEvent(new KeyboardEvent("keydown", init));
}

const status = () => view.dom.querySelector(".cm-vim-panel");

async function turnOn(): Promise<void> {
  settings.value = { vim: true };
  await vi.waitFor(() => expect(status()).not.toBeNull(), { timeout: 30_000 });
}

test("Vim's keys work from the moment they are chosen until they are not", async () => {
  press("d");
  press("d");
  expect(view.state.doc.toString()).toBe("one\ntwo\n");
  await turnOn();
  press("d");
  press("d");
  expect(view.state.doc.toString()).toBe("two\n");
  settings.value = { vim: false };
  expect(status()).toBeNull();
  press("d");
  press("d");
  expect(view.state.doc.toString()).toBe("two\n");
});

test("the page's own keys stay what they are", async () => {
  await turnOn();
  press("Enter", { ctrlKey: true, code: "Enter" });
  expect(run).toHaveBeenCalledOnce();
  expect(view.state.selection.main.head).toBe(0);
});

test(":w saves", async () => {
  await turnOn();
  press(":", { shiftKey: true });
  const field = view.dom.querySelector<HTMLInputElement>(".cm-vim-panel input");
  if (!field) throw new Error("there is no command line");
  expect(field.getAttribute("aria-label")).toBe("Vim command");
  field.value = "w";
  press("Enter", { code: "Enter", keyCode: 13 } as KeyboardEventInit, field);
  expect(save).toHaveBeenCalledOnce();
});

test("an editor that is closed while they are loaded stays as it is", async () => {
  settings.value = { vim: true };
  const dispatched = vi.spyOn(view, "dispatch");
  view.destroy();
  await import("../../src/editor/vim");
  await Promise.resolve();
  expect(dispatched).not.toHaveBeenCalled();
});
