/** Problems are asked for: once the text is open, when typing pauses, and when the servers know more. */
import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Diagnostic } from "vscode-languageserver-types";
import { afterRest } from "../client/after-rest";
import type { LanguageClient } from "../client/language-client";
import { problemsIn } from "../findings/problem";
import { setProblems } from "./problems-field";

/** Whoever types on has no use for what is wrong with half a word. */
const DELAY_MS = 300;

/** An answer to `textDocument/diagnostic`; with `unchanged` the one before holds. */
interface Report {
  readonly kind: "full" | "unchanged";
  readonly items: readonly Diagnostic[];
}

export function pullProblems(client: LanguageClient, report: (error: unknown) => void): Extension {
  const pull = async (view: EditorView, signal: AbortSignal) => {
    const answer = await client.current<Report>("textDocument/diagnostic", {}, signal);
    if (answer?.kind !== "full" || signal.aborted) return;
    view.dispatch({ effects: setProblems.of(problemsIn(view.state.doc, answer.items)) });
  };
  return afterRest(client, DELAY_MS, pull, report);
}
