import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Tab } from "./tab";

/** So many sessions send their events at once: a browser has few connections for one server, and others are needed as well. */
const MAX_ATTACHED = 2;

/** Keeps the sessions of the scripts that were looked at last attached to their events. */
export class LiveSessions {
  /** Tabs with sessions in the order in which they were looked at, the latest first; closed ones may stay. */
  readonly tabs: Signal<readonly Tab[]> = signal([]);
  /** The one whose session tells how the connection is. */
  readonly latest: ReadonlySignal<Tab | null> = computed(() => this.tabs.value[0] ?? null);
  /** The streams of events, each until it ends. */
  readonly #streams = new WeakMap<Tab, Promise<void>>();

  /** *report* says why a stream ended that was to go on. */
  constructor(private readonly report: (error: unknown) => void) {}

  /** *tab* is looked at: attach its session, and detach those that were looked at longest ago. */
  lookedAt(tab: Tab): void {
    const before = this.tabs.peek();
    this.tabs.value = [tab, ...before.filter((one) => one !== tab)];
    for (const one of this.tabs.peek().slice(MAX_ATTACHED)) one.pane.peek()?.session?.detach();
    const place = before.indexOf(tab);
    const isAttached = place >= 0 && place < MAX_ATTACHED && this.#streams.has(tab);
    if (!isAttached) this.attach(tab);
  }

  /** Attach the session of *tab*, also after it was refused. */
  attach(tab: Tab): void {
    const session = tab.pane.peek()?.session;
    if (!session) return;
    const before = this.#streams.get(tab);
    const stream = (before ?? Promise.resolve()).then(() => {
      const place = this.tabs.peek().indexOf(tab);
      if (place < 0 || place >= MAX_ATTACHED) return;
      return session.attach(before !== undefined);
    });
    this.#streams.set(tab, stream);
    stream.catch((error: unknown) => this.report(error));
  }

  /** Try now to reach a server that was lost. */
  retry(): void {
    this.latest.peek()?.pane.peek()?.session?.retry();
  }

  remove(tab: Tab): void {
    this.tabs.value = this.tabs.peek().filter((one) => one !== tab);
  }
}
