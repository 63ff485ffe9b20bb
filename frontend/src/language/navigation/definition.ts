/** Going to where a name is defined: by a key, or by a click while Ctrl or Cmd is held. */
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin } from "@codemirror/view";
import { isMac } from "../../ui/keys";
import { attempt, say } from "../client/attempt";
import type { LanguageParts } from "../client/language-parts";
import { positionAt } from "../protocol/positions";
import { goToPlace, type Locations, placesIn } from "./places";
import { listPlaces } from "./references";

const WORDS = {
  definition: "definition",
  typeDefinition: "definition of the type",
} as const;

/** Go to the definition of what stands at *offset*; where there are several, list them. */
export function goToDefinition(
  view: EditorView,
  parts: LanguageParts,
  kind: keyof typeof WORDS = "definition",
  offset = view.state.selection.main.head,
): void {
  attempt(view, parts, async (client) => {
    const position = positionAt(view.state.doc, offset);
    const places = placesIn(await client.request<Locations>(`textDocument/${kind}`, { position }));
    const [first, ...others] = places;
    if (!first) say(parts, `No ${WORDS[kind]} is known of what stands here.`);
    else if (others.length === 0) await goToPlace(client, parts, first);
    else await listPlaces(client, parts, places, "Definitions");
  });
}

const showLink = StateEffect.define<{ from: number; to: number } | null>();
const link = Decoration.mark({ class: "rdit-definition-link" });

const linkField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, { effects, docChanged }) {
    const given = effects.findLast((effect) => effect.is(showLink));
    if (given) {
      const range = given.value as { from: number; to: number } | null;
      return range ? Decoration.set([link.range(range.from, range.to)]) : Decoration.none;
    }
    return docChanged ? Decoration.none : shown;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function isHeld(event: MouseEvent | KeyboardEvent): boolean {
  return isMac ? event.metaKey : event.ctrlKey;
}

/** A click with Ctrl or Cmd goes to the definition; one with Alt adds a cursor, as that did before. */
export function definitionLinks(parts: LanguageParts): Extension {
  const wordAt = (view: EditorView, event: MouseEvent) => {
    const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
    const word = at === null ? null : view.state.wordAt(at);
    return word && at !== null && /[\p{L}_]/u.test(view.state.sliceDoc(word.from, word.to)) ? word : null;
  };
  const show = (view: EditorView, range: { from: number; to: number } | null) => {
    const now = view.state.field(linkField).iter();
    if (range ? now.value && now.from === range.from && now.to === range.to : !now.value) return;
    view.dispatch({ effects: showLink.of(range) });
  };
  return [
    linkField,
    EditorView.clickAddsSelectionRange.of((event) => event.altKey && !event.shiftKey),
    EditorView.domEventHandlers({
      mousedown(event, view) {
        if (event.button !== 0 || !isHeld(event) || event.altKey || event.shiftKey) return false;
        const word = wordAt(view, event);
        if (!word) return false;
        show(view, null);
        view.dispatch({ selection: { anchor: word.from }, userEvent: "select.pointer" });
        goToDefinition(view, parts, "definition", word.from);
        event.preventDefault();
        return true;
      },
    }),
    ViewPlugin.define(() => ({}), {
      eventObservers: {
        mousemove: (event, view) => show(view, isHeld(event) ? wordAt(view, event) : null),
        mouseleave: (_, view) => show(view, null),
        keyup: (event, view) => {
          if (!isHeld(event)) show(view, null);
        },
      },
    }),
  ];
}
