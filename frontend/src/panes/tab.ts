import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Pane } from "./pane";

/** A file that is open. */
export interface Tab {
  readonly path: Signal<string | null>;
  /** Where it is shown. */
  readonly parent: HTMLElement;
  /** Null until it was first looked at. */
  readonly pane: Signal<Pane | null>;
  readonly unsaved: ReadonlySignal<boolean>;
}

/** A tab for *path* that shows nothing yet. */
export function tabFor(path: string | null): Tab {
  const parent = document.createElement("div");
  parent.className = "document editor";
  parent.hidden = true;
  const pane = signal<Pane | null>(null);
  return {
    path: signal(path),
    parent,
    pane,
    unsaved: computed(() => pane.value?.document?.file.unsaved.value ?? false),
  };
}
