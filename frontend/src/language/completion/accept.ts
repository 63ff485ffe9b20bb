import {
  type Completion,
  closeCompletion,
  insertCompletionText,
  pickedCompletion,
  snippet,
} from "@codemirror/autocomplete";
import { type EditorState, Transaction, type TransactionSpec } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { bringsImport, type ItemCompletion, isCallable, isItem, textOf } from "./item";
import { callSnippet, isShortened, parametersIn } from "./parameters";
import type { Addition, Place, Resolved, ResolvedItems } from "./resolved-items";

/**
 * Insert *completion* for what stands from *from* to *to*, with the import that it needs and, where *withArguments*, the
 * call's arguments: one change, which one step takes back.
 */
export function accept(
  view: EditorView,
  completion: ItemCompletion,
  range: Place,
  resolved: ResolvedItems,
  withArguments: boolean,
): void {
  const { item } = completion;
  const isCalled = withArguments && isCallable(item) && mayBeCalled(view.state, range);
  const known = resolved.peek(item);
  if (known || !(bringsImport(item) || (isCalled && isShortened(item.detail ?? "")))) {
    insert(view, completion, range, known, isCalled);
    return;
  }
  // It is chosen, though what it brings has yet to come; meanwhile one may type on behind it.
  closeCompletion(view);
  const place = resolved.follow(range);
  const { doc } = view.state;
  void resolved.get(item).then((now) => {
    resolved.unfollow(place);
    if (view.state.doc === doc) insert(view, completion, place, now, isCalled);
    else insertBehind(view, completion, place, now);
  });
}

/** Insert *completion* where something was typed behind it since it was chosen. */
function insertBehind(
  view: EditorView,
  completion: ItemCompletion,
  { from, to }: Place,
  { additions }: Resolved,
): void {
  view.dispatch({
    changes: [...additions, { from, to, insert: textOf(completion.item) }],
    annotations: [pickedCompletion.of(completion), Transaction.userEvent.of("input.complete")],
  });
}

function insert(
  view: EditorView,
  completion: ItemCompletion,
  { from, to }: Place,
  resolved: Resolved | null,
  isCalled: boolean,
): void {
  const { item } = completion;
  const parameters = isCalled ? parametersIn(resolved?.item.detail ?? item.detail ?? "") : null;
  const additions = (resolved?.additions ?? []).filter((one) => one.to <= from || one.from >= to);
  const put = parameters
    ? (state: EditorState, start: number, end: number) =>
        filledIn(state, callSnippet(textOf(item), parameters), start, end)
    : (state: EditorState, start: number, end: number) =>
        state.update(insertCompletionText(state, textOf(item), start, end));
  view.dispatch(together(view.state, additions, from, to, put), {
    annotations: [pickedCompletion.of(completion), Transaction.userEvent.of("input.complete")],
    scrollIntoView: true,
  });
}

/** *additions* and what *put* does after them, as one change. */
function together(
  state: EditorState,
  additions: readonly Addition[],
  from: number,
  to: number,
  put: (state: EditorState, from: number, to: number) => Transaction,
): TransactionSpec {
  const before = state.update({ changes: additions });
  const done = put(before.state, before.changes.mapPos(from, 1), before.changes.mapPos(to, 1));
  return {
    changes: before.changes.compose(done.changes),
    selection: done.newSelection,
    effects: done.effects,
  };
}

/** The transaction that a snippet of the editor is. */
function filledIn(state: EditorState, template: string, from: number, to: number): Transaction {
  let made: Transaction | null = null;
  snippet(template)({ state, dispatch: (one) => (made = one) }, null, from, to);
  if (!made) throw new Error("A snippet is put in at once.");
  return made;
}

/** Whether what stands in *range* is no import and not called already. */
function mayBeCalled(state: EditorState, { from, to }: Place): boolean {
  const line = state.doc.lineAt(from);
  return (
    !/^\s*(?:import|from|@)/.test(line.text) &&
    state.sliceDoc(to, to + 1) !== "(" &&
    !/\b(?:class|def|except)\b[^:]*$/.test(line.text.slice(0, from - line.from))
  );
}

/** Whether *completion* stands before *head* already as it would be put in there. */
export function isThere(state: EditorState, completion: Completion, head: number): boolean {
  const item = isItem(completion) ? completion.item : null;
  const text = item ? textOf(item) : completion.label;
  return !(item && bringsImport(item)) && state.sliceDoc(head - text.length, head) === text;
}
