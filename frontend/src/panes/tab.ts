import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Pane } from "./pane";

/** A file that is open. */
export interface Tab {
  readonly path: Signal<string | null>;
  /** A source from outside of the workspace that is only read, as the language servers name it; null for all else. */
  readonly source: string | null;
  /** What it is called in the page: a path. */
  readonly name: ReadonlySignal<string>;
  /** Where it is shown. */
  readonly parent: HTMLElement;
  /** Null until it was first looked at. */
  readonly pane: Signal<Pane | null>;
  readonly unsaved: ReadonlySignal<boolean>;
}

/** A tab for *path* that shows nothing yet. */
export function tabFor(path: string | null): Tab {
  return tab(path, null);
}

/** A tab for the source *uri*, which is called *name*. */
export function sourceTab(uri: string, name: string): Tab {
  return tab(null, uri, name);
}

function tab(named: string | null, source: string | null, otherwise = "Untitled"): Tab {
  const parent = document.createElement("div");
  parent.className = "document editor";
  parent.hidden = true;
  const pane = signal<Pane | null>(null);
  const path = signal(named);
  return {
    path,
    source,
    name: computed(() => path.value ?? otherwise),
    parent,
    pane,
    unsaved: computed(() => pane.value?.document?.file.unsaved.value ?? false),
  };
}
