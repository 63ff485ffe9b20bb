import { type CompletionContext, type CompletionResult, selectedCompletion } from "@codemirror/autocomplete";
import { type Text, Transaction } from "@codemirror/state";
import type { EditorView, PluginValue, ViewUpdate } from "@codemirror/view";
import type { LanguageClient } from "../client/language-client";
import { positionAt, rangeIn } from "../protocol/positions";
import { type ItemActions, isItem, type ListedItems, listed, rangeOf, sameItem } from "./item";
import { type TypedPlace, typedPlace } from "./place";
import { ResolvedItems } from "./resolved-items";

/** A list of names, and the text that it was asked for. */
interface Answer {
  readonly doc: Text;
  readonly result: CompletionResult;
}

/**
 * Where the names come from. The list that there is stays and is narrowed down while one types on; a server that has
 * more than it sent is asked again meanwhile, and its answer takes the place of the list without a gap.
 */
export class CompletionSource implements PluginValue {
  readonly resolved: ResolvedItems;
  /** The newest answer that the editor has not taken yet. */
  #next: Answer | null = null;
  #asking = new AbortController();

  constructor(
    private readonly view: EditorView,
    private readonly client: LanguageClient,
    private readonly actions: ItemActions,
  ) {
    this.resolved = new ResolvedItems(client, view.state.doc);
  }

  update({ changes, docChanged }: ViewUpdate): void {
    if (docChanged) this.resolved.changed(changes);
  }

  destroy(): void {
    this.#asking.abort();
  }

  /** What the editor asks when a list is to be opened. */
  async list(context: CompletionContext): Promise<CompletionResult | null> {
    const place = this.#place(context);
    if (!place) return null;
    this.resolved.clear();
    const stop = this.#stopBefore();
    context.addEventListener("abort", () => stop.abort());
    const kind = context.explicit ? INVOKED : trigger(context);
    return (await this.#ask(context.state.doc, context.pos, place, kind, stop.signal))?.result ?? null;
  }

  /** What the editor asks at each key while a list is shown. */
  #narrowed(current: CompletionResult, from: number, context: CompletionContext): CompletionResult | null {
    const { state, pos } = context;
    const next = this.#next;
    this.#next = null;
    if (next?.doc.eq(state.doc)) return next.result;
    const place = typedPlace(state, pos, true, []);
    if (!place || place.from !== from) return null;
    // Nothing was typed of it any more: that is another question.
    if (!place.isPartOf.test(state.sliceDoc(from, pos))) return null;
    if (INCOMPLETE.has(current)) void this.#again(state.doc, pos, place);
    return current;
  }

  async #again(doc: Text, position: number, place: TypedPlace): Promise<void> {
    const { signal } = this.#stopBefore();
    // After the update of the editor, in which nothing is sent.
    await Promise.resolve();
    if (this.view.state.doc !== doc) return;
    const answer = await this.#ask(doc, position, place, FOR_INCOMPLETE, signal);
    if (!answer || signal.aborted || this.view.state.doc !== doc) return;
    this.#next = answer;
    // The editor asks for the narrowed list once more, as it does when something is typed.
    this.view.dispatch({ annotations: Transaction.userEvent.of("input.type.completion") });
  }

  async #ask(
    doc: Text,
    position: number,
    place: TypedPlace,
    context: object,
    signal: AbortSignal,
  ): Promise<Answer | null> {
    const params = { position: positionAt(doc, position), context };
    const answer = await this.client.current<ListedItems>("textDocument/completion", params, signal);
    if (!answer || answer.items.length === 0) return null;
    this.resolved.listed(doc);
    return { doc, result: this.#result(answer, doc, position, place) };
  }

  #result(
    { items, isIncomplete }: ListedItems,
    doc: Text,
    position: number,
    place: TypedPlace,
  ): CompletionResult {
    const [first] = items;
    const range = first && rangeOf(first);
    // Who has gone to a name of the list before stays there.
    const selected = selectedCompletion(this.view.state);
    const kept = selected && isItem(selected) ? selected : null;
    const options = items.map((item) =>
      kept && sameItem(kept.item, item) ? kept : listed(item, this.actions),
    );
    const result: CompletionResult = {
      from: range ? rangeIn(doc, range).from : place.from,
      to: position,
      options,
      update: (current, from, _to, context) => this.#narrowed(current, from, context),
    };
    if (isIncomplete) INCOMPLETE.add(result);
    return result;
  }

  #place({ state, pos, explicit }: CompletionContext): TypedPlace | null {
    const triggers = this.client.opened.peek()?.triggerCharacters ?? TRIGGERS;
    return typedPlace(state, pos, explicit, triggers);
  }

  #stopBefore(): AbortController {
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#next = null;
    return this.#asking;
  }
}

/** Of which results the server has more than it sent. */
const INCOMPLETE = new WeakSet<CompletionResult>();

/** Until the server has said its own. */
const TRIGGERS = [".", '"', "'"];

/** Why one asks, as the protocol numbers it. */
const INVOKED = { triggerKind: 1 };
const FOR_INCOMPLETE = { triggerKind: 3 };

function trigger({ state, pos }: CompletionContext): object {
  const sign = state.sliceDoc(pos - 1, pos);
  return /[\p{L}\p{N}_]/u.test(sign) ? INVOKED : { triggerKind: 2, triggerCharacter: sign };
}
