/** Symbols of the script and of the workspace, found by a few letters. */
import type { EditorView } from "@codemirror/view";
import { useSignal } from "@preact/signals";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import type { DocumentSymbol, SymbolInformation, SymbolKind } from "vscode-languageserver-types";
import { goTo } from "../../editor/outline/go-to";
import { Finder, type FinderWords } from "../../ui/finder/finder";
import type { Offer } from "../../ui/finder/fitting";
import { attempt } from "../client/attempt";
import { type LanguageClient, NoAnswer } from "../client/language-client";
import type { LanguageParts } from "../client/language-parts";
import { offsetAt } from "../protocol/positions";
import { labelOf } from "../protocol/uris";
import { goToPlace } from "./places";

const WORDS: FinderWords = {
  label: "Symbols",
  field: "Find a symbol",
  placeholder: "Find a function, a class or a variable",
  none: "No symbol has these letters.",
  failed: "Symbols of the workspace could not be looked for.",
};

/** What a kind of symbol is called (LSP 3.17, `SymbolKind`). */
const KINDS: Partial<Record<SymbolKind, string>> = {
  2: "module",
  5: "class",
  6: "method",
  7: "property",
  8: "field",
  9: "constructor",
  10: "enum",
  12: "function",
  13: "variable",
  14: "constant",
  22: "enum member",
  26: "type parameter",
};

/** A symbol of a file, as a list has it. */
export interface FlatSymbol {
  /** With the classes and functions that it is in: `Thing.size`. */
  readonly name: string;
  readonly kind: string;
  readonly symbol: DocumentSymbol;
}

/** *symbols* and what is in them, in the order of the text. */
export function flatSymbols(symbols: readonly DocumentSymbol[], around = ""): FlatSymbol[] {
  return symbols.flatMap((symbol) => {
    const name = `${around}${symbol.name}`;
    const own = { name, kind: KINDS[symbol.kind] ?? "", symbol };
    return [own, ...flatSymbols(symbol.children ?? [], `${name}.`)];
  });
}

/** Let the person go to a symbol. */
export function showSymbols(view: EditorView, parts: LanguageParts): void {
  attempt(view, parts, async (client) => {
    const place = document.createElement("div");
    document.body.append(place);
    const close = () => {
      render(null, place);
      place.remove();
    };
    render(<SymbolFinder {...{ view, client, parts, close }} />, place);
  });
}

interface SymbolFinderProps {
  view: EditorView;
  client: LanguageClient;
  parts: LanguageParts;
  close(): void;
}

function SymbolFinder({ view, client, parts, close }: SymbolFinderProps) {
  const own = useSignal<readonly Offer[]>([]);
  const failed = useSignal("");
  useEffect(() => {
    const ending = new AbortController();
    symbolsOf(view, client, ending.signal).then(
      (offers) => {
        own.value = offers;
      },
      (error: unknown) => {
        if (ending.signal.aborted) return;
        if (!(error instanceof NoAnswer)) throw error;
        failed.value = error.message;
      },
    );
    return () => ending.abort();
  }, [view, client, own, failed]);
  const words = failed.value ? { ...WORDS, none: failed.value } : WORDS;
  const find = (query: string, signal: AbortSignal) => workspaceSymbols(query, client, parts, signal);
  return <Finder {...{ words, find, close }} offers={own.value} />;
}

async function symbolsOf(view: EditorView, client: LanguageClient, signal: AbortSignal): Promise<Offer[]> {
  const method = "textDocument/documentSymbol";
  const symbols = await client.request<readonly DocumentSymbol[] | null>(method, {}, signal);
  return flatSymbols(symbols ?? []).map(({ name, kind, symbol }) => {
    const { start } = symbol.selectionRange;
    return {
      id: `${start.line} ${start.character} ${name}`,
      title: name,
      group: "In this script",
      note: `${kind}, line ${start.line + 1}`,
      choose: () => goTo(view, offsetAt(view.state.doc, start)),
    };
  });
}

async function workspaceSymbols(
  query: string,
  client: LanguageClient,
  parts: LanguageParts,
  signal: AbortSignal,
): Promise<Offer[]> {
  const found = await client.request<readonly SymbolInformation[] | null>(
    "workspace/symbol",
    { query },
    signal,
  );
  const rootUri = client.opened.peek()?.rootUri ?? "";
  return (found ?? [])
    .filter(({ location }) => location.uri !== client.uri)
    .map(({ name, kind, location: { uri, range } }) => ({
      id: `${uri} ${range.start.line} ${range.start.character} ${name}`,
      title: name,
      group: "In the workspace",
      note: `${KINDS[kind] ?? ""}, ${labelOf(rootUri, uri)}`,
      choose: () => attempt(client.view, parts, () => goToPlace(client, parts, { uri, ...range })),
    }));
}
