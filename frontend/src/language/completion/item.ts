import type { Completion } from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";
import type {
  CompletionItem,
  CompletionList,
  MarkupContent,
  Range,
  TextEdit,
} from "vscode-languageserver-types";
import { kindOf } from "./kinds";

/** An item as rdit's server sends it: what is not in it comes by its id. */
export interface ListedItem extends CompletionItem {
  readonly resolveId?: string;
}

export interface ListedItems extends Omit<CompletionList, "items"> {
  readonly items: readonly ListedItem[];
}

/** What is not sent with a list. */
export interface ResolvedItem {
  readonly documentation?: string | MarkupContent;
  readonly detail?: string;
  readonly additionalTextEdits?: readonly TextEdit[];
}

/** A name in the list, and the item that it is from. */
export interface ItemCompletion extends Completion {
  readonly item: ListedItem;
}

export function isItem(completion: Completion): completion is ItemCompletion {
  return "item" in completion;
}

/** What is inserted for *item*. */
export function textOf(item: CompletionItem): string {
  return item.textEdit?.newText ?? item.insertText ?? item.label;
}

/** Whether more than the name is inserted: the import that brings it. */
export function bringsImport({ labelDetails }: ListedItem): boolean {
  return labelDetails?.description !== undefined;
}

/** Whether *item* is called, so that it may come with its arguments. */
export function isCallable({ kind }: CompletionItem): boolean {
  return kind === 2 || kind === 3 || kind === 4 || kind === 7;
}

/** The place in the text that *item* stands for; null where that is the word at the cursor. */
export function rangeOf({ textEdit }: CompletionItem): Range | null {
  if (!textEdit) return null;
  return "range" in textEdit ? textEdit.range : textEdit.insert;
}

/** What a name in the list does. */
export interface ItemActions {
  info(item: ListedItem): HTMLElement;
  apply(view: EditorView, chosen: Completion, from: number, to: number): void;
}

/** How *item* is listed, and what tells it from others of the same list. */
export function listed(item: ListedItem, actions: ItemActions): ItemCompletion {
  const detail = item.labelDetails?.description ?? shortDetail(item);
  return {
    item,
    label: item.filterText ?? textOf(item),
    displayLabel: item.label,
    ...(detail === undefined ? {} : { detail }),
    type: kindOf(item.kind),
    sortText: item.sortText ?? item.label,
    info: () => actions.info(item),
    apply: actions.apply,
  };
}

export function sameItem(one: ListedItem, other: ListedItem): boolean {
  return (
    one.label === other.label &&
    one.kind === other.kind &&
    one.detail === other.detail &&
    one.labelDetails?.description === other.labelDetails?.description
  );
}

/** What tells an item from others of its list at a glance; of a callable the whole signature is in its documentation. */
function shortDetail({ detail }: CompletionItem): string | undefined {
  if (detail === undefined) return undefined;
  const returned = /^(?:bound method\b|def\b|\().*\) -> (.+)$/.exec(detail)?.[1];
  if (returned !== undefined) return `→ ${returned}`;
  if (/^(?:bound method\b|def\b|\(|Overload\[)/.test(detail)) return undefined;
  return /^<(?:module|class) '.*'>$/.test(detail) ? undefined : detail;
}
