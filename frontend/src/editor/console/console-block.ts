/** A small console below a statement: code, evaluated in the state as it was after that statement. */
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import type { LookBackResponse, OutputItem } from "../../backend/types";
import { renderItem } from "../../output/render";
import type { RenderedItem } from "../../output/rendering/rendering";
import { element } from "../../ui/element";
import { onResize } from "../results/output-sizes";
import { pageContext } from "../results/page-context";
import { theme } from "../theme";
import { indentation } from "../writing/indentation";
import { python } from "../writing/python";
import { writeAtCursor } from "../writing/write-at-cursor";
import { EnteredCode } from "./entered-code";

/** Where the console stands at present. */
export interface ConsolePlace {
  /** Of the statement within the run that it shows. */
  readonly nodeIndex: number;
  readonly runId: string;
  /** The last line of the statement, from 1. */
  readonly line: number;
}

/** The state that is looked at, in words; *before* is what the server has answered. */
export function titleOf({ nodeIndex, line }: ConsolePlace, before?: LookBackResponse["before"]): string {
  if (!before || before.nodeIndex === nodeIndex + 1) return `As it was after line ${line}`;
  return before.lineStart == null
    ? "As it was before this statement"
    : `As it was before line ${before.lineStart}: the nearest copy that was kept`;
}

const CONSOLE_FILE = "<console>";

/** Why a table or a tree has no more than it came with. */
const ENDED = "Its process has ended with the evaluation. Evaluate the part that you want to see.";

/** Lines of the code itself are not lines of the script. */
function withoutOwnLines(item: OutputItem): OutputItem {
  if (item.type !== "error" || !item.data) return item;
  const data = Object.fromEntries(
    Object.entries(item.data).map(([format, report]) => {
      const { frames } = (report ?? {}) as { frames?: { file: string }[] };
      if (!Array.isArray(frames)) return [format, report];
      const own = frames.map((frame) =>
        frame.file === CONSOLE_FILE ? { ...frame, inScript: false } : frame,
      );
      return [format, { ...(report as object), frames: own }];
    }),
  );
  return { ...item, data };
}

export interface ConsoleParts {
  readonly view: EditorView;
  /** Where it stands; null when the statement has no result any more. */
  place(): ConsolePlace | null;
  close(): void;
}

/** Its elements live on while the editor draws other lines. */
export class ConsoleBlock {
  readonly dom: HTMLElement;
  readonly #title = element("strong", {}, "");
  readonly #log = element("div", {
    class: "rdit-console-log",
    role: "log",
    "aria-label": "What the code showed",
  });
  readonly #input: EditorView;
  readonly #entered = new EnteredCode();
  readonly #rendered: RenderedItem[] = [];
  #isBusy = false;
  #stopObserving: () => void = () => undefined;

  constructor(private readonly parts: ConsoleParts) {
    this.#input = new EditorView({ state: this.#newState() });
    const close = element(
      "button",
      { type: "button", class: "rdit-console-close", title: "Close (Esc)" },
      "×",
    );
    close.setAttribute("aria-label", "Close the console");
    close.addEventListener("click", () => parts.close());
    const field = element(
      "div",
      { class: "rdit-console-input" },
      element("span", { "aria-hidden": "true" }, "›"),
    );
    field.append(this.#input.dom);
    const hint = element(
      "p",
      { class: "rdit-console-hint" },
      "Enter evaluates; it changes nothing in the run",
    );
    this.dom = element(
      "div",
      { class: "rdit-console", role: "group" },
      element("div", { class: "rdit-console-head" }, this.#title, hint, close),
      this.#log,
      field,
    );
    this.dom.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      event.stopPropagation();
      parts.close();
    });
    this.#setTitle(parts.place());
  }

  /** It stands in the text now: the editor hears of its height. */
  stands(): void {
    this.#stopObserving();
    this.#stopObserving = onResize(this.parts.view, this.dom, () => undefined);
    this.#setTitle(this.parts.place());
  }

  leaves(): void {
    this.#stopObserving();
  }

  focus(): void {
    this.#input.focus();
  }

  destroy(): void {
    this.#stopObserving();
    this.#input.destroy();
    for (const one of this.#rendered.splice(0)) one.destroy();
  }

  #newState(): EditorState {
    const run = (act: () => void) => () => {
      act();
      return true;
    };
    return EditorState.create({
      extensions: [
        Prec.highest(
          keymap.of([
            { key: "Enter", run: run(() => void this.#evaluate()), stopPropagation: true },
            { key: "Shift-Enter", run: insertNewlineAndIndent, stopPropagation: true },
            { key: "Escape", run: run(() => this.parts.close()), stopPropagation: true },
            { key: "Shift-F9", run: () => this.#stop(), stopPropagation: true },
            { key: "ArrowUp", run: (view) => this.#recall(view, "older") },
            { key: "ArrowDown", run: (view) => this.#recall(view, "newer") },
          ]),
        ),
        history(),
        drawSelection(),
        indentation(),
        closeBrackets(),
        bracketMatching(),
        python(),
        writeAtCursor(),
        theme(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": "Code to evaluate there", spellcheck: "false" }),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
      ],
    });
  }

  /** At the first or the last line, go through what was entered. */
  #recall(view: EditorView, way: "older" | "newer"): boolean {
    const { doc, selection } = view.state;
    const line = doc.lineAt(selection.main.head).number;
    if (!selection.main.empty || line !== (way === "older" ? 1 : doc.lines)) return false;
    const found = way === "older" ? this.#entered.older(doc.toString()) : this.#entered.newer();
    if (found === null) return false;
    this.#replace(found);
    return true;
  }

  #replace(text: string): void {
    const { length } = this.#input.state.doc;
    this.#input.dispatch({
      changes: { from: 0, to: length, insert: text },
      selection: { anchor: text.length },
    });
  }

  #setTitle(place: ConsolePlace | null, before?: LookBackResponse["before"]): void {
    const title = place === null ? "This statement has not run yet" : titleOf(place, before);
    this.#title.textContent = title;
    this.dom.setAttribute("aria-label", `Console: ${title}`);
  }

  /** End what is being evaluated. */
  #stop(): boolean {
    if (this.#isBusy) this.parts.view.state.facet(pageContext).stop();
    return this.#isBusy;
  }

  async #evaluate(): Promise<void> {
    const code = this.#input.state.doc.toString();
    if (code.trim() === "" || this.#isBusy) return;
    const place = this.parts.place();
    const entry = element("div", { class: "rdit-console-entry" }, element("pre", {}, code));
    this.#log.append(entry);
    this.#entered.add(code);
    this.#replace("");
    if (place === null) {
      entry.append(refusal("There is no state after this statement: run it first."));
      return;
    }
    this.#setBusy(true);
    const page = this.parts.view.state.facet(pageContext);
    try {
      const answer = await page.lookBack(place.nodeIndex, code);
      this.#setTitle(place, answer.before);
      this.#show(entry, answer, place);
    } catch (error) {
      entry.append(refusal(error instanceof Error ? error.message : String(error)));
    } finally {
      this.#setBusy(false);
      this.#input.dom.scrollIntoView({ block: "nearest" });
    }
  }

  #setBusy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    this.#log.setAttribute("aria-busy", String(isBusy));
    this.dom.classList.toggle("rdit-console-busy", isBusy);
  }

  #show(entry: HTMLElement, { output, problem }: LookBackResponse, { runId }: ConsolePlace): void {
    const page = this.parts.view.state.facet(pageContext);
    const goToLine = (line: number, column?: number) => page.goToLineOf(runId, line, column);
    const query = () => Promise.reject(new Error(ENDED));
    const drawn = output.map((item) => renderItem(withoutOwnLines(item), { ...page, goToLine, query }));
    this.#rendered.push(...drawn);
    entry.append(...drawn.map(({ dom }) => dom));
    if (problem != null) entry.append(refusal(problem));
    if (output.length === 0 && problem == null)
      entry.append(element("p", { class: "muted" }, "Nothing shown"));
  }
}

function refusal(words: string): HTMLElement {
  return element("p", { class: "rdit-console-problem" }, words);
}
