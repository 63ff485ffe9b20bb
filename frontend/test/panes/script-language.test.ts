import { EditorView } from "@codemirror/view";
import { signal } from "@preact/signals";
import { expect, test, vi } from "vitest";
// What is loaded later is there at once.
import "../../src/language/language";
import type { Pane } from "../../src/panes/pane";
import { type ScriptLanguageParts, scriptLanguage } from "../../src/panes/script-language";
import "../../src/panes/source-pane";
import type { Tab } from "../../src/panes/tab";
import { Notices } from "../../src/ui/notices";
import { Hub } from "../language/hub";

const SOURCE = "file:///lib/textwrap.py";
const PLACE = { uri: SOURCE, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } } };
const TOKENS = "textDocument/semanticTokens/full";

test("a source that a script leads to hears of the language servers as the script does", async () => {
  const hub = new Hub(({ method }) => (method === "textDocument/definition" ? PLACE : null));
  const panes: Pane[] = [];
  const notices = new Notices();
  const language = scriptLanguage({
    notices,
    server: signal({ url: "http://127.0.0.1:9000/", token: "secret" }),
    path: signal("script.py"),
    session: {
      state: signal({ sessionId: "s", kernel: {} }),
      connection: signal({ kind: "connected" }),
    },
    settings: signal({ argumentSnippets: false, inlayHints: false, formatOnSave: false }),
    opened: {
      openSource: async (_: string, __: string, open: (tab: Tab) => Pane) => {
        const pane = open({ parent: document.body } as unknown as Tab);
        panes.push(pane);
        return pane;
      },
      visited: { leave: () => undefined },
    },
    announce: () => undefined,
    report: (error: unknown) => {
      throw error;
    },
  } as unknown as ScriptLanguageParts);
  const script = new EditorView({ doc: "dedent", extensions: language.extension, parent: document.body });
  language.perform("definition");
  await vi.waitFor(() => expect(panes).toHaveLength(1));
  const [source] = panes as [Pane];
  source.language?.perform("documentation"); // what is only read loads it when nobody waits, else
  const asked = () => hub.asked.filter(({ method, text }) => method === TOKENS && text === "x = 1\n").length;
  await vi.waitFor(() => expect(asked()).toBe(1));
  language.servers.publish({ type: "language", server: "ty", state: "away", reason: "It ended" });
  const away = notices.all.value.filter(({ text }) => text.startsWith("Help with the language is away (ty)"));
  expect(away).toHaveLength(1);
  language.servers.publish({ type: "language", server: "ty", state: "running" });
  await vi.waitFor(() => expect(asked()).toBe(2));
  source.destroy();
  script.destroy();
  language.servers.publish({ type: "language", server: "ty", state: "running", refresh: true });
});
