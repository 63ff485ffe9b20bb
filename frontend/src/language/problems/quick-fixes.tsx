/** The menu of what can be done about the problems at a place, and the commands for the whole text. */
import type { EditorView } from "@codemirror/view";
import { render } from "preact";
import { Menu, type MenuItem } from "../../ui/menu";
import { attempt, say } from "../client/attempt";
import type { LanguageClient } from "../client/language-client";
import type { LanguageParts } from "../client/language-parts";
import { messageParts } from "../findings/message-parts";
import { actionsAt, actionsOfKind, perform } from "./code-actions";
import { hideWords } from "./problem-words";

/** Offer what can be done about what is selected, or at the cursor. */
export function quickFix(view: EditorView, parts: LanguageParts): void {
  const { main } = view.state.selection;
  offerFixes(view, parts, main.from, main.to);
}

/** Offer what can be done about what stands from *from* to *to*. */
export function offerFixes(view: EditorView, parts: LanguageParts, from: number, to: number): void {
  attempt(view, parts, async (client) => {
    const { doc } = view.state;
    const actions = await actionsAt(client, from, to);
    if (view.state.doc !== doc) return; // whoever types on has no eyes for a menu
    if (actions.length === 0) {
      say(parts, "There is nothing to fix here.");
      return;
    }
    showMenu(
      client,
      from,
      actions.map((action) => ({
        id: action.title,
        title: action.title,
        drawn: messageParts(action.title).map(({ text, isCode }, index) =>
          isCode ? <code key={index}>{text}</code> : text,
        ),
        run: () => attempt(view, parts, async () => void (await perform(action, client, parts, doc))),
      })),
    );
  });
}

function showMenu({ view }: LanguageClient, from: number, commands: readonly MenuItem[]): void {
  view.dispatch({ effects: hideWords });
  const place = document.createElement("div");
  // Within the page's main part, where a screen reader expects what belongs to the text.
  (view.dom.closest("main") ?? document.body).append(place);
  const close = (refocus: boolean) => {
    render(null, place);
    place.remove();
    if (refocus) view.focus();
  };
  const at = view.coordsAtPos(from) ?? view.dom.getBoundingClientRect();
  render(<Menu label="Quick fixes" {...{ commands, close }} at={{ x: at.left, y: at.bottom }} />, place);
}

const WORDS = {
  "source.fixAll": "There is nothing that can be fixed by itself.",
  "source.organizeImports": "The imports are in order.",
} as const;

/** Do what the servers have of *kind* for the whole text. */
export function fixWhole(view: EditorView, parts: LanguageParts, kind: keyof typeof WORDS): void {
  attempt(view, parts, async (client) => {
    const { doc } = view.state;
    const [action] = await actionsOfKind(client, kind);
    if (!action || !(await perform(action, client, parts, doc))) say(parts, WORDS[kind]);
  });
}
