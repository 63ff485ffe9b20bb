import {
  acceptCompletion,
  closeCompletion,
  completionStatus,
  currentCompletions,
  selectedCompletion,
  setSelectedCompletion,
  startCompletion,
} from "@codemirror/autocomplete";
import { history, undo } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { type EditorView, runScopeHandlers } from "@codemirror/view";
import { signal } from "@preact/signals";
import { afterEach, expect, test, vi } from "vitest";
import { completion } from "../../../src/language/completion/completion";
import type { ListedItem } from "../../../src/language/completion/item";
// Documentation is drawn with what is loaded for it, however slow the machine is.
import "../../../src/output/markup/markdown";
import { type Asked, Hub } from "../hub";
import { close, type OpenText, openText } from "../open-text";

let opened: OpenText;
let view: EditorView;
const settings = signal({ argumentSnippets: false, inlayHints: false, formatOnSave: false });

/** An editor of *text* with the cursor at its bar. */
function begin(text: string): void {
  const anchor = text.indexOf("|");
  const extensions = [pythonLanguage, history()];
  opened = openText({ doc: text.replace("|", ""), selection: { anchor }, extensions }, completion, {
    settings,
  });
  view = opened.view;
}

function type(text: string): void {
  for (const sign of text) {
    const { head } = view.state.selection.main;
    view.dispatch({
      changes: { from: head, insert: sign },
      selection: { anchor: head + sign.length },
      userEvent: "input.type",
    });
  }
}

function press(key: string): void {
  runScopeHandlers(view, new KeyboardEvent("keydown", { key }), "editor");
}

/** The text with a bar at the cursor. */
function now(): string {
  const { head } = view.state.selection.main;
  const text = view.state.doc.toString();
  return `${text.slice(0, head)}|${text.slice(head)}`;
}

const labels = () => currentCompletions(view.state).map(({ displayLabel, label }) => displayLabel ?? label);

/** Wait until the list has just *expected*, and can be chosen from. */
async function listed(...expected: string[]): Promise<void> {
  await vi.waitFor(() => {
    expect(completionStatus(view.state)).toBe("active");
    expect(labels()).toEqual(expected);
  });
  // A list that has only just come takes no key that was meant for something else.
  await vi.waitFor(() => expect(setSelectedCompletion(0)).toBeDefined());
}

/** Accept as soon as the list takes it. */
async function accepted(): Promise<void> {
  await vi.waitFor(() => expect(acceptCompletion(view)).toBe(true));
}

/** Go to the *name* in the list, as soon as it takes a key. */
async function moved(name: string): Promise<void> {
  await vi.waitFor(() => {
    press("ArrowDown");
    expect(selectedCompletion(view.state)?.label).toBe(name);
  });
}

function items(...names: string[]): ListedItem[] {
  return names.map((label, index) => ({ label, kind: 3, sortText: String(index), resolveId: `1.${index}` }));
}

/** A server that completes with *all* that begins with what is typed, and tells *resolved* of the one that is selected. */
function serve(
  all: ListedItem[],
  { resolved = {}, isIncomplete = false }: { resolved?: object; isIncomplete?: boolean } = {},
) {
  return new Hub(({ method, params, text }: Asked) => {
    if (method === "completionItem/resolve") return resolved;
    const { line, character } = params.position as { line: number; character: number };
    const typed = /\w*$/.exec((text.split("\n")[line] ?? "").slice(0, character))?.[0] ?? "";
    return { isIncomplete, items: all.filter(({ label }) => label.startsWith(typed)) };
  });
}

afterEach(() => {
  vi.useRealTimers();
  close(opened);
  settings.value = { ...settings.peek(), argumentSnippets: false };
});

test("names after a dot are listed, narrowed down while one types on, and put in", async () => {
  const hub = serve(items("head", "tail", "take"));
  begin("df|");
  type(".");
  await listed("head", "tail", "take");
  type("ta");
  await listed("tail", "take");
  expect(hub.asked.filter(({ method }) => method === "textDocument/completion")).toHaveLength(1);
  await accepted();
  expect(now()).toBe("df.tail|");
});

/** A server that lists a name, and tells of the import that it needs when *tell* is called. */
function tellsImportLate(): { hub: Hub; tell(resolved: object): void } {
  let tell = (_: object) => {};
  const told = new Promise<object>((resolve) => {
    tell = resolve;
  });
  const hub = new Hub(({ method }) =>
    method === "completionItem/resolve"
      ? told
      : { items: [{ label: "sqrt", labelDetails: { description: "import math" }, resolveId: "1.0" }] },
  );
  return { hub, tell };
}

/** The documentation beside the list as it can be read. */
const documentation = () => view.dom.querySelector(".cm-completionInfo .rdit-documentation");

test("documentation is drawn once nothing is typed any more, and stays while its name is selected", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const hub = serve(items("tail", "take"), {
    resolved: { documentation: "What it does." },
    isIncomplete: true,
  });
  const resolves = () => hub.asked.filter(({ method }) => method === "completionItem/resolve").length;
  begin("df|");
  document.body.append(view.dom);
  type(".");
  for (const sign of "ta") {
    await vi.advanceTimersByTimeAsync(140);
    type(sign);
    expect(labels()).toEqual(["tail", "take"]);
  }
  await vi.advanceTimersByTimeAsync(140);
  expect(resolves()).toBe(0);
  await vi.waitFor(() => expect(documentation()?.textContent).toBe("What it does."));
  const drawn = documentation();
  const lists = () => hub.asked.filter(({ method }) => method === "textDocument/completion").length;
  const before = lists();
  type("i");
  await vi.waitFor(() => expect(lists()).toBe(before + 1));
  await listed("tail");
  expect(documentation()).toBe(drawn);
  expect(resolves()).toBe(1);
});

test("the documentation of another name takes its place", async () => {
  new Hub(({ method, params }) => {
    if (method === "textDocument/completion") return { isIncomplete: false, items: items("tail", "take") };
    return { documentation: `About ${params.resolveId}.` };
  });
  begin("df|");
  document.body.append(view.dom);
  type(".");
  await vi.waitFor(() => expect(documentation()?.textContent).toBe("About 1.0."));
  await moved("take");
  await vi.waitFor(() => expect(documentation()?.textContent).toBe("About 1.1."));
});

test("documentation that did not come is asked for again with the next key", async () => {
  const answers = [null, { documentation: "What it does." }];
  new Hub(({ method }) =>
    method === "textDocument/completion" ? { isIncomplete: false, items: items("tail") } : answers.shift(),
  );
  begin("df|");
  document.body.append(view.dom);
  type(".");
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  expect(documentation()).toBeNull();
  // Whether the page has read the first answer by the first of these keys does not matter.
  const keys = [..."tai"];
  const typesOn = () => {
    if (!documentation()) type(keys.shift() ?? "");
    expect(documentation()?.textContent).toBe("What it does.");
  };
  await vi.waitFor(typesOn, { interval: 400, timeout: 2000 });
});

test("a list that is not whole is asked for again, and stays ready meanwhile", async () => {
  let isHeld = false;
  let release = () => {};
  const hub = new Hub(async ({ method }) => {
    if (method !== "textDocument/completion") return {};
    if (isHeld)
      await new Promise<void>((go) => {
        release = go;
      });
    return { isIncomplete: true, items: items(...(isHeld ? ["table", "take"] : ["tail", "take"])) };
  });
  begin("df|");
  type(".");
  await listed("tail", "take");
  isHeld = true;
  type("ta");
  // What is there is narrowed down at once, and can be chosen from.
  expect(labels()).toEqual(["tail", "take"]);
  expect(completionStatus(view.state)).toBe("active");
  await vi.waitFor(() => expect(hub.asked.at(-1)?.text).toBe("df.ta"));
  release();
  await listed("table", "take");
});

test("who has gone to a name stays on it when another list comes", async () => {
  serve(items("table", "tail", "take", "target"), { isIncomplete: true });
  begin("df|");
  type(".t");
  await listed("table", "tail", "take", "target");
  view.dispatch({ effects: setSelectedCompletion(2) });
  expect(selectedCompletion(view.state)?.label).toBe("take");
  type("a");
  await vi.waitFor(() => expect(view.state.doc.toString()).toBe("df.ta"));
  await vi.waitFor(() => expect(labels()).toHaveLength(4));
  expect(selectedCompletion(view.state)?.label).toBe("take");
});

test("an import comes with its name, and one step takes both back", async () => {
  const edit = {
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    newText: "import x\n",
  };
  serve([{ label: "OrderedDict", labelDetails: { description: "import x" }, kind: 7, resolveId: "1.0" }], {
    resolved: { additionalTextEdits: [edit] },
  });
  begin("# first\n|\n# last");
  type("Ord");
  await listed("OrderedDict");
  await accepted();
  await vi.waitFor(() => expect(now()).toBe("import x\n# first\nOrderedDict|\n# last"));
  undo(view);
  expect(now()).toBe("# first\nOrd|\n# last");
});

test("who types on before the import is known has it all the same", async () => {
  const { tell } = tellsImportLate();
  begin("# first\n|");
  type("sq");
  await listed("sqrt");
  await accepted();
  type("(2)");
  const start = { line: 0, character: 0 };
  tell({ additionalTextEdits: [{ range: { start, end: start }, newText: "from math import sqrt\n" }] });
  await vi.waitFor(() => expect(now()).toBe("from math import sqrt\n# first\nsqrt(2)|"));
});

test("a name whose import comes late goes where it was chosen, whatever was listed and changed since", async () => {
  const { hub, tell } = tellsImportLate();
  begin("# first\n|");
  type("sq");
  await listed("sqrt");
  await accepted();
  type("(s");
  await listed("sqrt");
  expect(hub.asked.filter(({ method }) => method === "textDocument/completion").length).toBeGreaterThan(1);
  view.dispatch({ changes: { from: 0, insert: "# by another program\n" } });
  const start = { line: 1, character: 0 };
  tell({ additionalTextEdits: [{ range: { start, end: start }, newText: "from math import sqrt\n" }] });
  await vi.waitFor(() => expect(now()).toBe("# by another program\n# first\nfrom math import sqrt\nsqrt(s|"));
});

test("a call comes with its arguments where the settings say so", async () => {
  settings.value = { ...settings.peek(), argumentSnippets: true };
  serve([{ label: "scale", kind: 3, detail: "def scale(values, by, offset=0)", resolveId: "1.0" }]);
  begin("|");
  type("sc");
  await listed("scale");
  await accepted();
  expect(view.state.doc.toString()).toBe("scale(values, by)");
  expect(view.state.sliceDoc(view.state.selection.main.from, view.state.selection.main.to)).toBe("values");
  undo(view);
  expect(now()).toBe("sc|");
});

test("a column is completed within its quotation marks", async () => {
  const range = { start: { line: 0, character: 4 }, end: { line: 0, character: 4 } };
  new Hub(() => ({
    items: [{ label: "unit price", kind: 5, textEdit: { range, newText: "unit price" }, resolveId: "1.0" }],
  }));
  begin('df["|"]');
  startCompletion(view);
  await listed("unit price");
  type("unit p");
  await listed("unit price");
  await accepted();
  expect(now()).toBe('df["unit price|"]');
});

test("a name that is there already does not keep Enter from beginning a line", async () => {
  serve(items("total", "totals"));
  begin("|");
  type("total");
  await listed("total", "totals");
  press("Enter");
  expect(completionStatus(view.state)).toBeNull();
  expect(now()).toBe("total|"); // the editor's own key goes on from here
});

test("the names of the text stand in for a server that is slow, and give way to its list", async () => {
  let release = () => {};
  const held = new Promise<void>((go) => {
    release = go;
  });
  new Hub(async () => {
    await held;
    return { items: items("amount", "amounts_of_ty") };
  });
  begin("amount = 1\n|");
  type("amou");
  await listed("amount");
  release();
  await listed("amount", "amounts_of_ty");
});

test("while help is away the names of the text and Python's own are listed", async () => {
  let isAway = true;
  const detail = '{"detail": "ty does not start."}';
  new Hub(() => (isAway ? new Response(detail, { status: 503 }) : { items: items("printer_of_ty") }));
  begin("printer = 1\n|");
  type("print");
  await listed("print", "printer");
  isAway = false;
  opened.client.heard("ty", { state: "away", reason: null });
  opened.client.heard("ty", { state: "running", reason: null });
  await listed("printer_of_ty");
});

test("a server that is away leaves one typing", async () => {
  const hub = new Hub(() => new Response('{"detail": "ty does not start."}', { status: 503 }));
  begin("df|");
  type(".he");
  await vi.waitFor(() => expect(hub.asked).toHaveLength(1));
  type("ad()");
  expect(now()).toBe("df.head()|");
  await vi.waitFor(() => expect(closeCompletion(view)).toBe(false));
});
