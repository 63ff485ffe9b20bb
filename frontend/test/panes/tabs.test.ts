import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { OpenDocument } from "../../src/documents/open-document";
import { TextDocument, textOf } from "../../src/documents/text-document";
import type { Pane } from "../../src/panes/pane";
import { type Tab, tabFor } from "../../src/panes/tab";
import { Tabs } from "../../src/panes/tabs";
import type { Session } from "../../src/session/session";
import { type Command, Commands } from "../../src/ui/commands";

/** A session of which only the stream of events counts; it ends when it is detached. */
function session() {
  let end: (() => void) | undefined;
  const attach = vi.fn(() => new Promise<void>((resolve) => (end = resolve)));
  return { attach, detach: vi.fn(() => end?.()), retry: vi.fn() };
}

function pane(path: string, parts: Partial<Pane> = {}) {
  const command: Command = { id: path, title: path, group: "Script" };
  return {
    commands: [command],
    document: null,
    session: null,
    editor: null,
    status: () => "",
    shown: vi.fn(),
    focus: vi.fn(),
    handleKey: vi.fn(),
    fileChanged: vi.fn(),
    destroy: vi.fn(),
    ...parts,
  };
}

let panes: Map<string, ReturnType<typeof pane>>;
let commands: Commands;
let tabs: Tabs;
const report = vi.fn();

beforeEach(() => {
  localStorage.clear();
  panes = new Map();
  commands = new Commands();
  report.mockReset();
  tabs = new Tabs({
    root: "/work",
    commands,
    report,
    openPane: async (_tab, path) => {
      const found = panes.get(path);
      if (!found) throw new Error(`${path} is not there`);
      return found;
    },
  });
});
afterEach(() => sessionStorage.clear());

const add = (path: string, parts?: Partial<Pane>) => {
  const made = pane(path, parts);
  panes.set(path, made);
  return made;
};
const tabOf = (path: string) => tabs.all.peek().find((tab) => tab.path.peek() === path) as Tab;
const paths = () => tabs.all.peek().map(({ path }) => path.peek());

describe("tabs", () => {
  test("show one pane at a time, with its commands and no others", async () => {
    const [a, b] = [add("a"), add("b")];
    await tabs.open("a");
    await tabs.open("b");
    expect(tabs.activePath.peek()).toBe("b");
    expect([tabOf("a").parent.hidden, tabOf("b").parent.hidden]).toEqual([true, false]);
    expect(commands.all).toEqual(b.commands);
    await tabs.open("a");
    expect(commands.all).toEqual(a.commands);
    expect(paths()).toEqual(["a", "b"]);
    expect(tabs.recent.peek()).toEqual(["a", "b"]);
  });

  test("leave out what cannot be opened, and say why", async () => {
    add("a");
    await tabs.open("a");
    await tabs.open("missing");
    expect(paths()).toEqual(["a"]);
    expect(report).toHaveBeenCalledExactlyOnceWith(new Error("missing is not there"));
  });

  test("destroy what is closed and show its neighbour; the last one stays", async () => {
    const [a] = [add("a"), add("b")];
    await tabs.open("b");
    await tabs.open("a");
    await tabs.close(tabOf("a"));
    expect(a.destroy).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect(tabs.activePath.peek()).toBe("b"));
    await tabs.close(tabOf("b"));
    expect(paths()).toEqual(["b"]);
  });

  test("go with their files", async () => {
    const file = new TextDocument("old/a.py", { content: "1\n", version: "v" });
    const close = vi.fn();
    add("old/a.py", { document: { file, close } as unknown as OpenDocument });
    add("b");
    await tabs.open("old/a.py");
    await tabs.open("b");
    tabs.renamed("old", "new");
    expect([file.path.peek(), ...paths()]).toEqual(["new/a.py", "new/a.py", "b"]);
    file.text.value = textOf("2\n");
    tabs.deleted("new");
    expect(paths()).toEqual(["new/a.py", "b"]); // its text is nowhere else
    file.text.value = file.saved.peek();
    tabs.deleted("new");
    expect(paths()).toEqual(["b"]);
    expect(close).toHaveBeenCalledOnce();
  });
});

describe("sessions", () => {
  const script = (path: string) => {
    const own = session();
    add(path, { session: own as unknown as Session });
    return own;
  };

  test("of the two scripts that were looked at last are attached", async () => {
    const [a, b, c] = [script("a.py"), script("b.py"), script("c.py")];
    for (const path of ["a.py", "b.py", "c.py"]) await tabs.open(path);
    expect(a.detach).toHaveBeenCalledOnce();
    expect([b.detach, c.detach].map((one) => one.mock.calls.length)).toEqual([0, 0]);
    expect(tabs.sessions.latest.peek()?.path.peek()).toBe("c.py");
    await tabs.open("a.py");
    await vi.waitFor(() => expect(a.attach).toHaveBeenLastCalledWith(true));
    expect(b.detach).toHaveBeenCalledOnce();
  });

  test("of the last script stays attached after it was closed, and is shown again", async () => {
    const only = script("a.py");
    const text = add("notes.txt");
    await tabs.open("a.py");
    await tabs.open("notes.txt");
    await tabs.close(tabOf("a.py"));
    expect(paths()).toEqual(["notes.txt"]);
    expect(only.detach).not.toHaveBeenCalled();
    await tabs.open("a.py");
    expect(only.attach).toHaveBeenCalledOnce();
    tabs.fileChanged({ type: "file", path: "notes.txt", change: "modified" } as never);
    expect(text.fileChanged).toHaveBeenCalledOnce();
  });
});

test("a tab without a pane has nothing unsaved", () => {
  expect(tabFor("a.py").unsaved.peek()).toBe(false);
});
