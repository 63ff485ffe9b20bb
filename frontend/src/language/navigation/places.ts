/** Where a language server leads, in terms of the page. */
import type { EditorView } from "@codemirror/view";
import type { Location, LocationLink, Position } from "vscode-languageserver-types";
import { goTo, JUMP } from "../../editor/outline/go-to";
import type { LanguageClient } from "../client/language-client";
import type { LanguageParts } from "../client/language-parts";
import { offsetAt } from "../protocol/positions";

export type Locations = Location | readonly Location[] | readonly LocationLink[] | null;

/** A place in a file. */
export interface Place {
  readonly uri: string;
  readonly start: Position;
  readonly end: Position;
}

export function placesIn(locations: Locations): Place[] {
  if (locations === null) return [];
  const all: readonly (Location | LocationLink)[] = "uri" in locations ? [locations] : locations;
  const places = all.map((one) => {
    if ("uri" in one) return { uri: one.uri, ...one.range };
    return { uri: one.targetUri, ...one.targetSelectionRange };
  });
  const seen = new Set<string>();
  return places.filter(({ uri, start }) => {
    const key = `${uri} ${start.line} ${start.character}`;
    return !seen.has(key) && Boolean(seen.add(key));
  });
}

/** Where packages are installed: what is there is read, and not edited, although it may be in the workspace. */
const INSTALLED = /(?:^|\/)(?:site-packages|dist-packages|node_modules)\//;

/** The path in the workspace at *rootUri* of the file at *uri*; null for what is not of the workspace. */
export function workspacePath(rootUri: string, uri: string, environment: string | null): string | null {
  const root = `${pathOf(rootUri).replace(/\/$/, "")}/`;
  const path = pathOf(uri);
  if (!path.startsWith(root) || INSTALLED.test(path)) return null;
  if (environment && `${path}/`.startsWith(`${environment.replace(/\/$/, "")}/`)) return null;
  return path.slice(root.length);
}

/** What a person calls the file at *uri*. */
export function labelOf(rootUri: string, uri: string): string {
  const root = `${pathOf(rootUri).replace(/\/$/, "")}/`;
  const path = pathOf(uri);
  return path.startsWith(root) ? path.slice(root.length) : path;
}

export function pathOf(uri: string): string {
  return decodeURIComponent(uri.replace(/^file:\/\//, ""));
}

/** Show *place* with the cursor at it, in whatever tab that is. */
export async function goToPlace(client: LanguageClient, parts: LanguageParts, place: Place): Promise<void> {
  const isHere = place.uri === client.uri;
  if (!isHere) parts.files.leave();
  const editor = await editorOf(client, parts, place.uri);
  // Where the cursor was in the other file is nowhere that the person comes from.
  if (editor) goTo(editor, offsetAt(editor.state.doc, place.start), isHere ? JUMP : "select");
}

async function editorOf(
  client: LanguageClient,
  { files, source }: LanguageParts,
  uri: string,
): Promise<EditorView | null> {
  const opened = client.opened.peek();
  if (!opened || uri === opened.uri) return client.view;
  const path = workspacePath(opened.rootUri, uri, source.peek().environment);
  return path === null ? files.openSource(uri) : files.open(path);
}
