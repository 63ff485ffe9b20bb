/** Where a name is used: asked for, and read into a list. */
import type { EditorView } from "@codemirror/view";
import { attempt, say } from "../client/attempt";
import type { LanguageClient } from "../client/language-client";
import type { LanguageParts } from "../client/language-parts";
import type { Reference, References } from "../findings/reference";
import { positionAt } from "../protocol/positions";
import { labelOf, workspacePath } from "../protocol/uris";
import { goToPlace, type Locations, type Place, placesIn } from "./places";

/** List where the name at the cursor is used, its definition too. */
export function findReferences(view: EditorView, parts: LanguageParts): void {
  attempt(view, parts, async (client) => {
    const { doc, selection } = view.state;
    const position = positionAt(doc, selection.main.head);
    const context = { includeDeclaration: true };
    const found = await client.request<Locations>("textDocument/references", { position, context });
    const places = placesIn(found);
    const word = view.state.wordAt(selection.main.head);
    const name = word ? view.state.sliceDoc(word.from, word.to) : "";
    if (places.length === 0) say(parts, "No name that is used anywhere stands here.");
    else await listPlaces(client, parts, places, name);
  });
}

/** Go to a place of the list. */
export function goToReference(view: EditorView, parts: LanguageParts, place: Reference): void {
  const { uri, line, character, end } = place;
  const range = { start: { line, character }, end: { line, character: end } };
  attempt(view, parts, (client) => goToPlace(client, parts, { uri, ...range }));
}

/** Show *places* in a list, under *name*. */
export async function listPlaces(
  client: LanguageClient,
  parts: LanguageParts,
  places: readonly Place[],
  name: string,
): Promise<void> {
  const uris = [...new Set(places.map(({ uri }) => uri))];
  const own = client.uri;
  // What one looks at comes first.
  uris.sort((one, other) => Number(other === own) - Number(one === own) || one.localeCompare(other));
  const rootUri = client.opened.peek()?.rootUri ?? "";
  const files = uris.map(async (uri) => {
    const lines = await linesOf(client, parts, uri);
    return {
      uri,
      label: labelOf(rootUri, uri),
      places: places
        .filter((place) => place.uri === uri)
        .map(({ start, end }) => ({
          uri,
          line: start.line,
          character: start.character,
          end: end.line === start.line ? end.character : start.character,
          text: lines?.[start.line] ?? null,
        }))
        .sort((one, other) => one.line - other.line || one.character - other.character),
    };
  });
  const found: References = { name, files: await Promise.all(files) };
  parts.findings.references.value = found;
  parts.showFindings("references");
}

/** The lines of a file of the workspace; null for what is not read for a list alone. */
async function linesOf(
  client: LanguageClient,
  { files, source }: LanguageParts,
  uri: string,
): Promise<readonly string[] | null> {
  if (uri === client.uri) return [...client.view.state.doc.iterLines()];
  const path = workspacePath(client.opened.peek()?.rootUri ?? "", uri, source.peek().environment);
  return path === null ? null : (await files.read(path)).content.split(/\r\n?|\n/);
}
