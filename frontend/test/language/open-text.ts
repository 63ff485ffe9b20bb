import { type Extension, StateEffect } from "@codemirror/state";
import { EditorView, type EditorViewConfig } from "@codemirror/view";
import { type Signal, signal } from "@preact/signals";
import { LanguageClient, type TextSource } from "../../src/language/client/language-client";
import type { LanguageParts } from "../../src/language/client/language-parts";
import { Findings } from "../../src/language/findings/findings";
import { Notices } from "../../src/ui/notices";

export interface OpenText {
  readonly view: EditorView;
  readonly client: LanguageClient;
  readonly source: Signal<TextSource>;
  readonly parts: LanguageParts;
}

/** An editor whose text language servers know, with what *support* adds to it; *own* is what its parts are, for a test. */
export function openText(
  config: EditorViewConfig,
  support: (client: LanguageClient, parts: LanguageParts) => Extension = () => [],
  own: Partial<LanguageParts> = {},
): OpenText {
  const source = signal<TextSource>({
    server: { url: "http://127.0.0.1:9000/", token: "secret" },
    sessionId: "s",
    path: "script.py",
    environment: null,
    uri: null,
    isReachable: true,
  });
  const parts = { ...partsOf(source), ...own };
  const view = new EditorView(config);
  const client = new LanguageClient(view, source);
  view.dispatch({ effects: StateEffect.appendConfig.of([client.extension, support(client, parts)]) });
  return { view, client, source, parts };
}

export function close({ view, client }: OpenText): void {
  client.destroy();
  view.destroy();
}

/** What stands around a text in a test that leads to no other file. */
function partsOf(source: Signal<TextSource>): LanguageParts {
  return {
    source,
    settings: signal({ argumentSnippets: false, inlayHints: false, formatOnSave: false }),
    notices: new Notices(),
    files: { leave: () => fail("leave"), open: fail, openSource: fail, read: fail, write: fail },
    findings: new Findings(),
    showFindings: fail,
    announce: () => undefined,
    report: fail,
  };
}

function fail(error: unknown): never {
  throw error;
}
