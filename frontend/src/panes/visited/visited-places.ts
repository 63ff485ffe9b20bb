import type { Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { ReadonlySignal } from "@preact/signals";
import { changesBetween } from "../../editor/line-diff";
import { goTo } from "../../editor/outline/go-to";
import type { Command } from "../../ui/commands";
import { isMac } from "../../ui/keys";

/** A tab, as far as there is a text in it. */
export interface VisitedTab {
  readonly pane: ReadonlySignal<{ readonly editor: EditorView | null } | null>;
}

/** A place in the text of a tab, as it was when the person was there. */
interface Place<Tab extends VisitedTab> {
  readonly tab: Tab;
  readonly doc: Text;
  readonly head: number;
}

/** What the places are in. */
export interface VisitedTabs<Tab extends VisitedTab> {
  readonly shown: () => Tab | null;
  /** Show *tab*, or where it was closed another one of its file; null where there can be none. */
  show(tab: Tab): Promise<Tab | null>;
}

/** So many places are remembered. */
const MAX_PLACES = 100;

/** Where the person was before they went somewhere else, in whatever tab, so that they can go back and forth. */
export class VisitedPlaces<Tab extends VisitedTab = VisitedTab> {
  #before: readonly Place<Tab>[] = [];
  #after: readonly Place<Tab>[] = [];

  constructor(private readonly tabs: VisitedTabs<Tab>) {}

  /** The person goes somewhere else from where they are, or from where they were in *state* of the present tab. */
  leave(state?: {
    readonly doc: Text;
    readonly selection: { readonly main: { readonly head: number } };
  }): void {
    const here = this.#here(state);
    if (!here) return;
    this.#after = [];
    if (!isSameLine(here, this.#before.at(-1))) this.#before = [...this.#before, here].slice(-MAX_PLACES);
  }

  /** Go to where the person was before; false where that is nowhere. */
  async back(): Promise<boolean> {
    const [rest, place] = await this.#move(this.#before, this.#after);
    if (!place) return false;
    [this.#before, this.#after] = rest;
    return true;
  }

  /** Go to where the person was before they went back; false where that is nowhere. */
  async forward(): Promise<boolean> {
    const [rest, place] = await this.#move(this.#after, this.#before);
    if (!place) return false;
    [this.#after, this.#before] = rest;
    return true;
  }

  /** Go to the last place of *from* that there still is; what is left of it, and *to* with the place that was left. */
  async #move(
    from: readonly Place<Tab>[],
    to: readonly Place<Tab>[],
  ): Promise<[rest: [readonly Place<Tab>[], readonly Place<Tab>[]], place: Place<Tab> | null]> {
    const here = this.#here();
    for (let left = from; left.length > 0; left = left.slice(0, -1)) {
      const place = left.at(-1) as Place<Tab>;
      if (isSameLine(place, here)) continue;
      const tab = await this.tabs.show(place.tab);
      const editor = tab?.pane.peek()?.editor;
      if (!editor) continue;
      const { doc } = editor.state;
      const now = doc.eq(place.doc) ? place.head : changesBetween(place.doc, doc).mapPos(place.head);
      goTo(editor, now, "select");
      return [[left.slice(0, -1), here ? [...to, here] : to], place];
    }
    return [[from, to], null];
  }

  #here(state?: {
    readonly doc: Text;
    readonly selection: { readonly main: { readonly head: number } };
  }): Place<Tab> | null {
    const tab = this.tabs.shown();
    const from = state ?? tab?.pane.peek()?.editor?.state;
    return tab && from ? { tab, doc: from.doc, head: from.selection.main.head } : null;
  }
}

function isSameLine(one: Place<VisitedTab>, other: Place<VisitedTab> | null | undefined): boolean {
  if (!other || one.tab !== other.tab) return false;
  return one.doc.lineAt(one.head).number === other.doc.lineAt(other.head).number;
}

/** What one can do with *places*; *nowhere* says that there is none. */
export function visitCommands(
  places: Pick<VisitedPlaces, "back" | "forward">,
  nowhere: (text: string) => void,
  report: (error: unknown) => void,
): Command[] {
  const act = (going: Promise<boolean>, words: string) =>
    void going.then((isThere) => isThere || nowhere(words), report);
  return [
    {
      id: "back",
      title: "Go back",
      detail: "Go back to where you were, also in another file",
      aliases: "previous place location return history navigate",
      key: isMac ? "Ctrl--" : "Alt-ArrowLeft",
      group: "Page",
      run: () => act(places.back(), "There is no place to go back to."),
    },
    {
      id: "forward",
      title: "Go forward",
      detail: "Go to where you were before you went back",
      aliases: "next place location history navigate",
      key: isMac ? "Ctrl-Shift-_" : "Alt-ArrowRight",
      group: "Page",
      run: () => act(places.forward(), "You have not gone back."),
    },
  ];
}
