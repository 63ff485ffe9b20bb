import { type EditorView, repositionTooltips } from "@codemirror/view";
import type { SignatureHelp, SignatureInformation } from "vscode-languageserver-types";
import { element } from "../../ui/element";
import { asMarkup, drawDocumentation } from "../documentation/documentation";
import "./signature.css";

/** Which signature of several is shown, and which of its parameters is written. */
export interface ShownSignature {
  readonly help: SignatureHelp;
  readonly index: number;
}

/** Shows the next signature, or the one before. */
type Turn = (view: EditorView, by: 1 | -1) => void;

/** Where the parameter that is written stands in the label of *shown*; null where none is. */
export function activeRange(shown: ShownSignature): readonly [from: number, to: number] | null {
  const { label = "" } = signatureOf(shown) ?? {};
  const parameter = activeParameter(shown)?.label;
  if (parameter === undefined) return null;
  if (typeof parameter !== "string") return parameter;
  const from = label.indexOf(parameter);
  return from < 0 ? null : [from, from + parameter.length];
}

export function drawSignature(shown: ShownSignature, turn: Turn, view: EditorView): HTMLElement {
  const dom = element("div", { class: "rdit-signature", role: "tooltip" });
  const signature = signatureOf(shown);
  if (!signature) return dom;
  const line = element("div", { class: "rdit-signature-line", tabindex: "0" });
  if (shown.help.signatures.length > 1) line.append(counter(shown, turn, view));
  line.append(labelOf(signature, activeRange(shown)));
  dom.append(line);
  const documentation = activeParameter(shown)?.documentation ?? signature.documentation;
  if (documentation !== undefined) {
    const { signal } = new AbortController();
    void drawDocumentation([asMarkup(documentation)], signal).then((drawn) => {
      if (!drawn) return;
      // What can be scrolled can be gone into.
      drawn.tabIndex = 0;
      dom.append(drawn);
      // It has grown, and would lie over the line that is written.
      repositionTooltips(view);
    });
  }
  return dom;
}

/** Bring the parameter that is written into sight, where the signature is longer than its place. */
export function showWritten(dom: HTMLElement): void {
  const line = dom.querySelector<HTMLElement>(".rdit-signature-line");
  const written = dom.querySelector<HTMLElement>("mark");
  if (line && written) line.scrollTop = written.offsetTop - (line.clientHeight - written.offsetHeight) / 2;
}

function signatureOf({ help, index }: ShownSignature): SignatureInformation | undefined {
  return help.signatures[index];
}

function activeParameter(shown: ShownSignature) {
  const signature = signatureOf(shown);
  const active = signature?.activeParameter ?? shown.help.activeParameter ?? -1;
  return signature?.parameters?.[active];
}

function labelOf(
  { label }: SignatureInformation,
  active: readonly [from: number, to: number] | null,
): HTMLElement {
  const [from, to] = active ?? [label.length, label.length];
  const written = to > from ? [element("mark", {}, label.slice(from, to))] : [];
  return element("code", {}, label.slice(0, from), ...written, label.slice(to));
}

function counter({ help, index }: ShownSignature, turn: Turn, view: EditorView): HTMLElement {
  const words = `${index + 1} of ${help.signatures.length}`;
  const title = "The next signature (Alt+↓)";
  const button = element("button", { type: "button", class: "rdit-signature-count", title }, words);
  // The text keeps the focus.
  button.addEventListener("mousedown", (event) => {
    event.preventDefault();
    turn(view, 1);
  });
  return button;
}
