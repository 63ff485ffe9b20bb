import { type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import { type EditorView, hoverTooltip, keymap, showTooltip, type Tooltip } from "@codemirror/view";
import type { Hover } from "vscode-languageserver-types";
import { element } from "../../ui/element";
import { type LanguageClient, languageClient } from "../client/language-client";
import type { LanguageParts } from "../client/language-parts";
import { drawDocumentation } from "../documentation/documentation";
import { positionAt, rangeIn } from "../protocol/positions";
import "./hover.css";

/** A pointer that rests as long as this (milliseconds) asks what it is on. */
const HOVER_MS = 350;

/** So many characters a screen reader says of it; the rest can be gone into. */
const MAX_SPOKEN = 400;

/** What is known of a name in the text. */
interface Known {
  readonly from: number;
  readonly to: number;
  readonly dom: HTMLElement;
}

/** What is known of the name under the pointer is shown above it, and that of the name at the cursor on request. */
export function hover(client: LanguageClient): Extension {
  return [
    hoverTooltip(
      async (view, position) => {
        const known = await knownAt(view, client, position);
        // An answer that comes once the pointer has left would stay until it comes back.
        return known && view.dom.matches(":hover") ? tooltipOf(known, false) : null;
      },
      { hideOnChange: true, hoverTime: HOVER_MS },
    ),
    shown,
    Prec.highest(keymap.of([{ key: "Escape", run: hide }])),
  ];
}

/** What is known of the name at *position*; null where nothing is, or where the text has changed meanwhile. */
async function knownAt(view: EditorView, client: LanguageClient, position: number): Promise<Known | null> {
  const { doc } = view.state;
  const { signal } = new AbortController();
  const answer = await client.current<Hover>("textDocument/hover", { position: positionAt(doc, position) });
  if (!answer) return null;
  const { contents, range } = answer;
  const dom = await drawDocumentation(Array.isArray(contents) ? contents : [contents], signal);
  if (!dom || view.state.doc !== doc) return null;
  return { ...(range ? rangeIn(doc, range) : { from: position, to: position }), dom };
}

function tooltipOf({ from, to, dom }: Known, isAsked: boolean): Tooltip {
  return {
    pos: from,
    end: to,
    above: true,
    create(view) {
      // What can be scrolled can be gone into; by keys that is what was asked for by one.
      const kind = isAsked ? "rdit-hover rdit-hover-asked" : "rdit-hover";
      const place = element("div", { class: kind, role: "tooltip", tabindex: "0" }, dom);
      place.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        hide(view);
        view.focus();
      });
      return { dom: place };
    },
  };
}

const setShown = StateEffect.define<Tooltip | null>();

/** What was asked for by a key; it goes when the cursor does. */
const shown = StateField.define<Tooltip | null>({
  create: () => null,
  update(tooltip, transaction) {
    for (const effect of transaction.effects) if (effect.is(setShown)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : tooltip;
  },
  provide: (field) => showTooltip.from(field),
});

function hide(view: EditorView): boolean {
  if (!view.state.field(shown, false)) return false;
  view.dispatch({ effects: setShown.of(null) });
  return true;
}

/** Show what is known of the name at the cursor, and where that is shown already, go into it. */
export function showHover(view: EditorView, { announce, notices, report }: LanguageParts): void {
  const client = view.state.facet(languageClient);
  if (view.state.field(shown, false)) view.dom.querySelector<HTMLElement>(".rdit-hover-asked")?.focus();
  else if (client) {
    view.focus();
    const { head } = view.state.selection.main;
    knownAt(view, client, head).then((known) => {
      if (view.state.selection.main.head !== head) return;
      if (known) {
        view.dispatch({ effects: setShown.of(tooltipOf(known, true)) });
        announce(known.dom.textContent?.slice(0, MAX_SPOKEN) ?? "");
      } else notices.say({ subject: "hover", kind: "note", text: NOTHING });
    }, report);
  }
}

const NOTHING = "Nothing is known of what is at the cursor.";
