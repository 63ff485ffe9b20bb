import { afterEach, expect, test, vi } from "vitest";
import type { CodeAction } from "vscode-languageserver-types";
import { actionsOfKind, perform } from "../../src/language/problems/code-actions";
import { Hub } from "./hub";
import { close, type OpenText, openText } from "./open-text";

const OWN = "file:///project/script.py";
let opened: OpenText;

afterEach(() => close(opened));

function edit(newText: string) {
  return { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } }, newText };
}

/** Do what a server offers that has *edits*; returns whether there was anything to do. */
async function act(title: string, changes: NonNullable<CodeAction["edit"]>["changes"]): Promise<boolean> {
  new Hub(({ method }) => (method === "textDocument/codeAction" ? [{ title, edit: { changes } }] : null));
  const files = {
    read: async () => ({ content: "a = 1\n", version: "1", editor: null, isKnown: true }),
    write,
  };
  opened = openText({ doc: "a = 1\n", parent: document.body }, undefined, { files: files as never });
  const { client, parts, view } = opened;
  const [action] = (await actionsOfKind(client, "quickfix")) as [CodeAction];
  return perform(action, client, parts, view.state.doc);
}

const write = vi.fn(async (_path: string, _content: string, _version: string) => "2");
const text = () => opened.view.state.doc.toString();

test("what changes the text alone is done at once", async () => {
  expect(await act("Name it b", { [OWN]: [edit("b")] })).toBe(true);
  expect(text()).toBe("b = 1\n");
  expect(document.querySelector("dialog")).toBeNull();
});

test("what changes other files is shown, and done in all of them when the person wants to", async () => {
  const changes = { [OWN]: [edit("b")], "file:///project/other.py": [edit("c")] };
  expect(await act("Name them", changes)).toBe(true);
  expect(text()).toBe("a = 1\n");
  const dialog = document.querySelector("dialog") as HTMLDialogElement;
  expect(dialog.querySelector("h2")?.textContent).toBe("Name them");
  expect(dialog.querySelector("[role=status]")?.textContent).toBe("2 places in 2 files");
  expect([...dialog.querySelectorAll("li code")].map((one) => one.textContent)).toEqual(["b = 1", "c = 1"]);
  dialog.querySelector("form")?.requestSubmit();
  await vi.waitFor(() => expect(text()).toBe("b = 1\n"));
  expect(write.mock.calls).toEqual([["other.py", "c = 1\n", "1"]]);
  expect(document.querySelector("dialog")).toBeNull();
});
