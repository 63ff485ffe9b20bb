/** Where a language server leads, in terms of the page. */
import type { EditorView } from "@codemirror/view";
import type { Location, LocationLink, Position } from "vscode-languageserver-types";
import { goTo, JUMP } from "../../editor/outline/go-to";
import type { LanguageClient } from "../client/language-client";
import type { LanguageParts } from "../client/language-parts";
import { offsetAt } from "../protocol/positions";
import { workspacePath } from "../protocol/uris";

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
