/** All that the page knows about the language of a script; loaded when it is first needed. */
import type { Extension } from "@codemirror/state";
import { type EditorView, tooltips } from "@codemirror/view";
import { computed } from "@preact/signals";
import { afterRest } from "./client/after-rest";
import { sayWhenAway } from "./client/away-notice";
import { LanguageClient } from "./client/language-client";
import type { LanguageParts } from "./client/language-parts";
import { complete, completion } from "./completion/completion";
import { format } from "./formatting/formatting";
import { pullFolds, syntaxFolds } from "./highlighting/folding";
import { inlayHints, pullHints } from "./highlighting/inlay-hints";
import { occurrences } from "./highlighting/occurrences";
import { pullTokens, semanticTokens } from "./highlighting/semantic-tokens";
import { hover, showHover } from "./hover/hover";
import { definitionLinks, goToDefinition } from "./navigation/definition";
import { findReferences } from "./navigation/references";
import { showRename } from "./navigation/rename-dialog";
import { showSymbols } from "./navigation/symbols";
import { problemWords } from "./problems/problem-words";
import { followProblems, problemsField } from "./problems/problems-field";
import { pullProblems } from "./problems/pull-problems";
import { fixWhole, offerFixes, quickFix } from "./problems/quick-fixes";
import { showSignature, signatures } from "./signature/signature";

/** What an editor has where *client* knows its text. */
export function languageSupport(client: LanguageClient, parts: LanguageParts): Extension {
  return [
    client.extension,
    tooltips({ tooltipSpace: besideText }),
    // What is only read is neither completed nor put right.
    client.view.state.readOnly
      ? []
      : [completion(client, parts), signatures(client), problems(client, parts)],
    hover(client),
    definitionLinks(parts),
    highlighting(client, parts),
  ];
}

/** What is said of the text lies over no toolbar and no status line. */
function besideText(view: EditorView): { top: number; left: number; bottom: number; right: number } {
  const { top, bottom } = view.scrollDOM.getBoundingClientRect();
  return { top, bottom, left: 0, right: window.innerWidth };
}

function problems(client: LanguageClient, parts: LanguageParts): Extension {
  return [
    problemsField,
    followProblems(parts.findings.problems),
    problemWords((view, { from, to }) => offerFixes(view, parts, from, to)),
    pullProblems(client, (error) => parts.report(error)),
  ];
}

/** Colours may come a little later than what is wrong. */
const HIGHLIGHTING_DELAY_MS = 500;

function highlighting(client: LanguageClient, { settings, report }: LanguageParts): Extension {
  const hints = computed(() => settings.value.inlayHints);
  const pull = async (view: EditorView, signal: AbortSignal) => {
    await pullTokens(client, view, signal);
    await Promise.all([pullFolds(client, view, signal), pullHints(client, view, hints.peek(), signal)]);
  };
  return [
    semanticTokens,
    inlayHints,
    syntaxFolds,
    occurrences(client, report),
    afterRest(client, HIGHLIGHTING_DELAY_MS, pull, report, hints),
  ];
}

/** What a command does, by its id: the commands themselves are in commands.ts, which is loaded with the page. */
export const ACTIONS: Readonly<Record<string, (view: EditorView, parts: LanguageParts) => void>> = {
  definition: (view, parts) => goToDefinition(view, parts),
  "type definition": (view, parts) => goToDefinition(view, parts, "typeDefinition"),
  references: findReferences,
  symbols: showSymbols,
  rename: showRename,
  fix: quickFix,
  "fix all": (view, parts) => fixWhole(view, parts, "source.fixAll"),
  imports: (view, parts) => fixWhole(view, parts, "source.organizeImports"),
  format,
  complete,
  documentation: showHover,
  signature: showSignature,
};

export { formatToSave } from "./formatting/formatting";
export { goToReference } from "./navigation/references";
export { goToProblem } from "./problems/problem-words";

/** A client for the text of *view*, until it is destroyed. */
export function languageClient(view: EditorView, parts: LanguageParts): LanguageClient {
  const client = new LanguageClient(view, parts.source);
  // Of the servers that a source has, its script tells.
  if (parts.source.peek().uri === null) client.atEnd(sayWhenAway(client, parts.notices));
  return client;
}
