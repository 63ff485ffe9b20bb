import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, foldKeymap, indentOnInput } from "@codemirror/language";
import { EditorState, type Extension, Text, Transaction } from "@codemirror/state";
import {
  crosshairCursor,
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
  runScopeHandlers,
  type ViewUpdate,
} from "@codemirror/view";
import type { ReadonlySignal } from "@preact/signals";
import type { Command } from "../ui/commands";
import { activeStatement } from "./active-statement";
import { commandKeys } from "./command-keys";
import { configuration, type EditorSettings } from "./configuration";
import { editingKeys, standardKeys } from "./editing-keys";
import { finding } from "./find/find";
import { foldMarks } from "./fold-marks";
import type { LateDrawing } from "./late-drawing";
import { track } from "./outline/track";
import { hasCursor } from "./prose/placed-cursor";
import { statementGutter } from "./results/gutter";
import { showMarkMenu } from "./results/mark-menu";
import { type PageContext, pageContext } from "./results/page-context";
import { noteTyping } from "./results/recent-typing";
import { results } from "./results/results-field";
import { sentDocuments } from "./sent-documents";
import { readerScroll } from "./sight/reader-scroll";
import { stepInSight } from "./sight/step-in-sight";
import { theme } from "./theme";
import { vimMode } from "./vim-mode";
import { closingQuotes } from "./writing/closing-quotes";
import { indentation } from "./writing/indentation";
import { python } from "./writing/python";
import { syntaxSelection } from "./writing/syntax-selection";
import { writeAtCursor } from "./writing/write-at-cursor";
import "./editor.css";

export interface EditorParts {
  parent: HTMLElement;
  text: string;
  context: PageContext;
  /** Their keys are the editor's. */
  commands: readonly Command[];
  settings: ReadonlySignal<EditorSettings>;
  drawing: LateDrawing;
  /** What uses the editor, rather than being a part of it. */
  tools: Extension;
  /** Run the statement at the cursor. */
  runStatement(): void;
  save(): void;
  /** Called after the text, the selection or the results changed; *typed* when a person has changed the text. */
  changed(view: EditorView, typed: boolean): void;
}

/** The editor, with the results in it. */
export function createEditor(parts: EditorParts): EditorView {
  const { parent, text, context, changed } = parts;
  const chosen = configuration(parts.settings, parts.drawing);
  const keys = vimMode(parts.settings, parts.save);
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: Text.of(text.split(/\r\n?|\n/)),
      extensions: [
        keys.extension,
        commandKeys(parts.commands),
        pageContext.of(context),
        statementGutter(
          (target, position) => {
            target.dispatch({ selection: { anchor: position } });
            parts.runStatement();
          },
          (target, at) => showMarkMenu(target, parts.commands, at),
        ),
        writing(),
        reading(),
        results(),
        hasCursor,
        parts.drawing.extension,
        parts.tools,
        readerScroll(),
        stepInSight(),
        sentDocuments,
        activeStatement(),
        track(),
        theme(),
        chosen.extension,
        EditorView.contentAttributes.of({ "aria-label": "Script", spellcheck: "false" }),
        EditorView.updateListener.of((update) => {
          if (update.transactions.some((transaction) => transaction.isUserEvent("input")))
            noteTyping(update.view);
          if (update.transactions.length > 0) changed(update.view, isTyped(update));
        }),
      ],
    }),
  });
  chosen.attach(view);
  keys.attach(view);
  keepOutputWidth(view);
  // The tables of keys are made when the first key comes, unless it is done while nobody waits.
  requestAnimationFrame(() => setTimeout(() => runScopeHandlers(view, new KeyboardEvent("keydown"), "none")));
  return view;
}

/** Whether a person has changed the text, rather than another program. */
function isTyped({ transactions }: ViewUpdate): boolean {
  return transactions.some((one) => one.docChanged && one.annotation(Transaction.remote) !== true);
}

/** What one needs to write Python. */
function writing(): Extension {
  return [
    history(),
    drawSelection(),
    dropCursor(),
    EditorState.allowMultipleSelections.of(true),
    rectangularSelection(),
    crosshairCursor(),
    indentation(),
    indentOnInput(),
    closingQuotes(),
    closeBrackets(),
    python(),
    writeAtCursor(),
    syntaxSelection(),
    finding(),
    keymap.of([
      ...editingKeys,
      ...closeBracketsKeymap,
      ...standardKeys,
      ...historyKeymap,
      ...foldKeymap,
      indentWithTab,
    ]),
  ];
}

/** What helps to find one's way. */
function reading(): Extension {
  return [
    lineNumbers(),
    foldMarks(),
    highlightSpecialChars(),
    bracketMatching(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
  ];
}

/** Outputs are as wide as what is visible, also beside lines of code that are longer. */
function keepOutputWidth(view: EditorView): void {
  const measure = () => {
    const gutters = view.dom.querySelector<HTMLElement>(".cm-gutters")?.offsetWidth ?? 0;
    view.dom.style.setProperty("--gutters-width", `${gutters}px`);
    view.dom.style.setProperty("--room", `${view.scrollDOM.clientWidth}px`);
    const margins = 2 * Number.parseFloat(getComputedStyle(view.scrollDOM).paddingLeft);
    view.dom.style.setProperty("--visible-width", `${view.scrollDOM.clientWidth - margins - gutters}px`);
  };
  // One observer for both: what changes together is measured once.
  const sizes = new ResizeObserver(measure);
  sizes.observe(view.scrollDOM);
  const gutters = view.dom.querySelector(".cm-gutters");
  if (gutters) sizes.observe(gutters);
}
