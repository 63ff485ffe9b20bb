import { type CompletionContext, type CompletionResult, selectedCompletion } from "@codemirror/autocomplete";
import { type Text, Transaction } from "@codemirror/state";
import type { EditorView, PluginValue, ViewUpdate } from "@codemirror/view";
import type { LanguageClient } from "../client/language-client";
import { positionAt, rangeIn } from "../protocol/positions";
import { type ItemActions, isItem, type ListedItems, listed, rangeOf, sameItem } from "./item";
import { type TypedPlace, typedPlace } from "./place";
import { ResolvedItems } from "./resolved-items";
import { isWithin, wordsOf } from "./words";

/** A list of names, and the text that it was asked for. */
interface Answer {
  readonly doc: Text;
  readonly position: number;
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
  /** When the text was changed last. */
  #changedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly view: EditorView,
    private readonly client: LanguageClient,
    private readonly actions: ItemActions,
  ) {
    this.resolved = new ResolvedItems(client, view.state.doc);
  }

  update({ changes, docChanged }: ViewUpdate): void {
    if (!docChanged) return;
    this.#changedAt = performance.now();
    this.resolved.changed(changes);
  }

  /** Wait until nothing has been typed for a moment, which may be so already. */
  async rest(): Promise<void> {
    const left = () => this.#changedAt + SETTLED_MS - performance.now();
    while (left() > 0) await quiet(left());
  }

  destroy(): void {
    this.#asking.abort();
  }

  /** What the editor asks when a list is to be opened. */
  async list(context: CompletionContext): Promise<CompletionResult | null> {
    const { state, pos, explicit } = context;
    const next = this.#taken(state.doc);
    if (next) return next;
    const place = this.#place(context);
    if (!place) return null;
    this.resolved.clear();
    const stop = this.#stopBefore();
    // Whoever types on before there is a list asks something else, and the editor does so.
    context.addEventListener("abort", () => stop.abort(), { onDocChange: true });
    const asked = this.#ask(state.doc, pos, place, explicit ? INVOKED : trigger(context), stop.signal);
    const answer = await Promise.race([asked, quiet(WORDS_MS)]);
    if (answer !== "quiet") return answer?.result ?? null;
    return this.#preliminary(context, place, asked, stop.signal) ?? (await asked)?.result ?? null;
  }

  /** What can be said until the server has answered what it was *asked*, which then takes its place. */
  #preliminary(
    { state, pos }: CompletionContext,
    place: TypedPlace,
    asked: Promise<Answer | null>,
    signal: AbortSignal,
  ): CompletionResult | null {
    const words = wordsOf(state, pos, place);
    if (!words) return null;
    void asked.then((answer) => this.#take(answer, signal));
    return { ...words, update: this.#update(true) };
  }

  /** What the editor asks at each key while a list is shown that begins at *from*; more is known where it *isPart*. */
  #update(isPart: boolean): NonNullable<CompletionResult["update"]> {
    return (current, from, _to, { state, pos }) => {
      const next = this.#taken(state.doc);
      if (next) return next;
      const place = typedPlace(state, pos, true, []);
      if (!place || place.from !== from) return null;
      const typed = state.sliceDoc(from, pos);
      if (!place.isPartOf.test(typed)) return null;
      const narrowed = from === current.from ? current : { ...current, from };
      if (!isPart) return narrowed;
      // A list that has nothing of it is asked for anew, and shown until then.
      if (!current.options.some(({ label }) => isWithin(typed, label))) return null;
      void this.#again(state.doc, pos, place);
      return narrowed;
    };
  }

  /** The answer about *doc* that the editor has not taken yet. */
  #taken(doc: Text): CompletionResult | null {
    const next = this.#next;
    this.#next = null;
    return next?.doc === doc ? next.result : null;
  }

  /** Nobody waits for an answer any more. */
  stop(): void {
    this.#stopBefore();
  }

  async #again(doc: Text, position: number, place: TypedPlace): Promise<void> {
    const { signal } = this.#stopBefore();
    await quiet(REST_MS);
    if (signal.aborted || this.view.state.doc !== doc) return;
    this.#take(await this.#ask(doc, position, place, FOR_INCOMPLETE, signal), signal);
  }

  /** Let *answer* take the place of the list that is shown, if it is still about the present text. */
  #take(answer: Answer | null, signal: AbortSignal): void {
    const { doc, selection } = this.view.state;
    if (!answer || signal.aborted || doc !== answer.doc || selection.main.head !== answer.position) return;
    this.#next = answer;
    // The editor asks for the list once more, as it does when something is typed.
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
    const answer = await this.client.whenBack<ListedItems>("textDocument/completion", params, signal);
    if (!answer || answer.items.length === 0) return null;
    this.resolved.listed(doc);
    return { doc, position, result: this.#result(answer, doc, place) };
  }

  #result({ items, isIncomplete }: ListedItems, doc: Text, place: TypedPlace): CompletionResult {
    const [first] = items;
    const range = first && rangeOf(first);
    // Who has gone to a name of the list before stays there.
    const selected = selectedCompletion(this.view.state);
    const kept = selected && isItem(selected) ? selected : null;
    const options = items.map((item) =>
      kept && sameItem(kept.item, item) ? kept : listed(item, this.actions),
    );
    return {
      from: range ? rangeIn(doc, range).from : place.from,
      options,
      update: this.#update(isIncomplete),
    };
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

/** Who waits longer than this (milliseconds) for a server's list is shown what the page can tell by itself. */
const WORDS_MS = 100;

/** Whoever has typed nothing for so long (milliseconds) looks at the list. */
const SETTLED_MS = 150;

/** Whoever types on within this time (milliseconds) has enough of the list that there is. */
const REST_MS = 120;

function quiet(milliseconds: number): Promise<"quiet"> {
  return new Promise((resolve) => setTimeout(() => resolve("quiet"), milliseconds));
}

/** Until the server has said its own. */
const TRIGGERS = [".", '"', "'"];

/** Why one asks, as the protocol numbers it. */
const INVOKED = { triggerKind: 1 };
const FOR_INCOMPLETE = { triggerKind: 3 };

function trigger({ state, pos }: CompletionContext): object {
  const sign = state.sliceDoc(pos - 1, pos);
  return /[\p{L}\p{N}_]/u.test(sign) ? INVOKED : { triggerKind: 2, triggerCharacter: sign };
}
