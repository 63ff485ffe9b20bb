import { type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import {
  type EditorView,
  keymap,
  showTooltip,
  type Tooltip,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import type { SignatureHelp } from "vscode-languageserver-types";
import type { LanguageClient } from "../client/language-client";
import { positionAt } from "../protocol/positions";
import { drawSignature, type ShownSignature, showWritten } from "./signature-view";

/** The signature of the call at the cursor is shown while it is written, with the argument that it is at. */
export function signatures(client: LanguageClient): Extension {
  return [
    shown,
    ViewPlugin.define((view) => new SignatureRequests(view, client)),
    Prec.highest(
      keymap.of([
        { key: "Escape", run: hide },
        { key: "Alt-ArrowDown", run: (view) => turn(view, 1) },
        { key: "Alt-ArrowUp", run: (view) => turn(view, -1) },
      ]),
    ),
  ];
}

interface Shown extends ShownSignature {
  readonly tooltip: Tooltip;
}

const setShown = StateEffect.define<(ShownSignature & { readonly position: number }) | null>();
const ask = StateEffect.define<null>();

const shown = StateField.define<Shown | null>({
  create: () => null,
  update(before, { effects, changes, docChanged }) {
    for (const effect of effects)
      if (effect.is(setShown)) return effect.value && withTooltip(effect.value, effect.value.position);
    if (!before || !docChanged) return before;
    return { ...before, tooltip: { ...before.tooltip, pos: changes.mapPos(before.tooltip.pos) } };
  },
  provide: (field) => showTooltip.from(field, (now) => now?.tooltip ?? null),
});

function withTooltip({ help, index }: ShownSignature, position: number): Shown {
  const create = (view: EditorView) => {
    const dom = drawSignature({ help, index }, turn, view);
    return { dom, mount: () => showWritten(dom) };
  };
  return { help, index, tooltip: { pos: position, above: true, create } };
}

/** Show the signature of the call at the cursor. */
export function showSignature(view: EditorView): void {
  view.focus();
  view.dispatch({ effects: ask.of(null) });
}

function hide(view: EditorView): boolean {
  if (!view.state.field(shown, false)) return false;
  view.dispatch({ effects: setShown.of(null) });
  return true;
}

function turn(view: EditorView, by: 1 | -1): boolean {
  const now = view.state.field(shown, false);
  const count = now?.help.signatures.length ?? 0;
  if (!now || count < 2) return false;
  const index = (now.index + by + count) % count;
  view.dispatch({ effects: setShown.of({ help: now.help, index, position: now.tooltip.pos }) });
  return true;
}

/** Whoever types on within an argument, or passes through it, has no use for the same answer at each key. */
const REST_MS = 120;

/** Asks for the signature where a call begins, and again where the cursor rests until the call has ended. */
class SignatureRequests {
  #asking = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether an answer is awaited: who types on meanwhile still wants it, for where the cursor is then. */
  #isAwaited = false;

  constructor(
    private readonly view: EditorView,
    private readonly client: LanguageClient,
  ) {}

  update(update: ViewUpdate): void {
    const isAsked = update.transactions.some((one) => one.effects.some((effect) => effect.is(ask)));
    const isShown = this.#isAwaited || update.state.field(shown) !== null;
    const goesOn = isShown && (update.docChanged || update.selectionSet);
    if (!isAsked && !goesOn && !this.#types(update, this.#triggers)) return;
    this.#stop();
    const isNext = isAsked || this.#types(update, [...this.#triggers, ...ENDS]);
    if (isNext) void this.#ask();
    else this.#timer = setTimeout(() => void this.#ask(), REST_MS);
  }

  destroy(): void {
    this.#stop();
  }

  /** Nobody waits for an answer to what was asked before. */
  #stop(): void {
    clearTimeout(this.#timer);
    this.#asking.abort();
  }

  get #triggers(): readonly string[] {
    return this.client.opened.peek()?.signatureTriggers ?? TRIGGERS;
  }

  /** Whether one of *signs* was typed. */
  #types({ transactions, changes, state }: ViewUpdate, signs: readonly string[]): boolean {
    const isTyped = transactions.some(
      (one) => one.isUserEvent("input.type") || one.isUserEvent("input.complete"),
    );
    if (!isTyped) return false;
    const { head } = state.selection.main;
    // Nothing has changed where that was typed before this was loaded.
    if (changes.empty) return signs.includes(state.sliceDoc(Math.max(head - 1, 0), head));
    let isTypedSign = false;
    changes.iterChanges((_fromA, _toA, _fromB, _toB, inserted) => {
      const text = inserted.sliceString(0);
      isTypedSign ||= signs.some((sign) => text.includes(sign));
    });
    return isTypedSign;
  }

  async #ask(): Promise<void> {
    this.#stop();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    this.#isAwaited = true;
    // After the update of the editor, in which nothing is sent.
    await Promise.resolve();
    const { doc, selection } = this.view.state;
    const { head } = selection.main;
    const params = { position: positionAt(doc, head) };
    const help = await this.client.whenBack<SignatureHelp>("textDocument/signatureHelp", params, signal);
    if (signal.aborted) return;
    this.#isAwaited = false;
    if (this.view.state.selection.main.head === head) this.#show(help, head);
  }

  #show(help: SignatureHelp | null, head: number): void {
    const before = this.view.state.field(shown);
    if (!help || help.signatures.length === 0) {
      if (before) this.view.dispatch({ effects: setShown.of(null) });
      return;
    }
    const isSame = before !== null && labelsOf(before.help) === labelsOf(help);
    if (isSame && activeOf(before.help) === activeOf(help)) return;
    const index = isSame ? before.index : (help.activeSignature ?? 0);
    const position = isSame ? before.tooltip.pos : head;
    this.view.dispatch({ effects: setShown.of({ help, index, position }) });
  }
}

/** Until the server has said its own. */
const TRIGGERS = ["(", ","];
/** Behind one of these the call may have ended. */
const ENDS = [")", "]", "}"];

function labelsOf({ signatures: all }: SignatureHelp): string {
  return all.map(({ label }) => label).join("\n");
}

function activeOf({ activeParameter, signatures: all }: SignatureHelp): string {
  return [activeParameter, ...all.map((one) => one.activeParameter)].join();
}
