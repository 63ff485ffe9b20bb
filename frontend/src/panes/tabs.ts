import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { FileEvent } from "../backend/types";
import type { OpenFiles } from "../files/files-context";
import { isWithin, movedPath, neighbour } from "../files/paths";
import { withRecent } from "../files/recent";
import type { Commands } from "../ui/commands";
import { storedSignal, storePaths } from "../ui/stored";
import { LiveSessions } from "./live-sessions";
import type { Pane } from "./pane";
import { sourceTab, type Tab, tabFor } from "./tab";
import { VisitedPlaces } from "./visited/visited-places";

export interface TabsParts {
  /** Of the workspace. */
  root: string;
  commands: Commands;
  /** Make what shows the file at *path* in *tab*. */
  openPane(tab: Tab, path: string): Promise<Pane>;
  /** Say why something could not be done. */
  report(error: unknown): void;
}

/** So many files are remembered as opened lately. */
const MAX_RECENT = 30;

/** The files that are open, and which of them is shown. */
export class Tabs implements OpenFiles {
  readonly all: Signal<readonly Tab[]> = signal([]);
  readonly active: Signal<Tab | null> = signal(null);
  readonly recent: Signal<readonly string[]>;
  /** Holds what is shown of each. */
  readonly dom = document.createElement("div");
  readonly activePath: ReadonlySignal<string | null> = computed(() => this.active.value?.path.value ?? null);
  readonly sessions: LiveSessions;
  readonly visited = new VisitedPlaces<Tab>({
    shown: () => this.active.peek(),
    show: (tab) => this.#showAgain(tab),
  });
  /** The tab that was asked for last. */
  #wanted: Tab | null = null;
  readonly #loading = new Map<Tab, Promise<Pane>>();
  readonly #listeners = new Set<(event: FileEvent) => void>();
  #unregister = () => {};

  constructor(private readonly parts: TabsParts) {
    this.dom.className = "documents";
    this.sessions = new LiveSessions((error) => parts.report(error));
    this.recent = storedSignal(window.localStorage, `rdit.recent ${parts.root}`, []);
    effect(() =>
      storePaths(
        parts.root,
        this.all.value.map(({ path }) => path.value),
      ),
    );
    effect(() => {
      for (const { path, pane } of this.all.value) {
        const open = pane.value?.document;
        if (open) path.value = open.file.path.value;
      }
    });
  }

  /** Put *tab* among the others; it is not shown yet. */
  add(tab: Tab): void {
    this.dom.append(tab.parent);
    this.all.value = [...this.all.peek(), tab];
  }

  async open(path: string): Promise<void> {
    const known = this.all.peek().find((tab) => tab.path.peek() === path);
    const resting = this.sessions.tabs.peek().find((tab) => tab.path.peek() === path);
    const tab = known ?? resting ?? tabFor(path);
    if (!this.all.peek().includes(tab)) this.add(tab);
    await this.show(tab);
  }

  /** What shows the file at *path*, if it is open. */
  paneOf(path: string): Pane | null {
    return (
      this.all
        .peek()
        .find((tab) => tab.path.peek() === path)
        ?.pane.peek() ?? null
    );
  }

  /** Show the source *uri*, which is called *name*, with what *openPane* makes for it. */
  async openSource(uri: string, name: string, openPane: (tab: Tab) => Pane): Promise<Pane | null> {
    const known = this.all.peek().find(({ source }) => source === uri);
    const tab = known ?? sourceTab(uri, name);
    if (!known) this.add(tab);
    tab.pane.value ??= openPane(tab);
    await this.show(tab);
    return tab.pane.peek();
  }

  /** Show *tab*; what it shows is read when it is first asked for. Of several that are asked for, the last stays. */
  async show(tab: Tab): Promise<void> {
    const path = tab.path.peek();
    this.#wanted = tab;
    try {
      if (!tab.pane.peek() && path !== null) await this.#load(tab, path);
    } catch (error) {
      if (this.all.peek().includes(tab)) {
        this.#remove(tab);
        this.parts.report(error);
      }
      return;
    }
    if (!this.all.peek().includes(tab)) return; // closed while it was opened
    if (this.#wanted === tab) this.#present(tab);
  }

  /** Show *tab*, or what is open now of its file; a source that was closed is gone. */
  async #showAgain(tab: Tab): Promise<Tab | null> {
    const path = tab.path.peek();
    const isOpen = this.all.peek().includes(tab);
    if (isOpen) await this.show(tab);
    else if (path !== null) await this.open(path);
    return isOpen || path !== null ? this.active.peek() : null;
  }

  /** Read what *tab* shows, once, however often it is asked for meanwhile. */
  async #load(tab: Tab, path: string): Promise<void> {
    const loading = this.#loading.get(tab) ?? this.parts.openPane(tab, path);
    this.#loading.set(tab, loading);
    try {
      tab.pane.value = await loading;
    } finally {
      this.#loading.delete(tab);
    }
  }

  #present(tab: Tab): void {
    for (const other of this.all.peek()) other.parent.hidden = other !== tab;
    const pane = tab.pane.peek();
    this.#unregister();
    this.#unregister = this.parts.commands.register(pane?.commands ?? []);
    this.active.value = tab;
    const path = tab.path.peek();
    if (path !== null) this.recent.value = withRecent(this.recent.peek(), path, MAX_RECENT);
    if (pane?.session) this.sessions.lookedAt(tab);
    pane?.shown();
    pane?.focus();
  }

  /** Give the focus to what is shown. */
  focus(): void {
    this.active.peek()?.pane.peek()?.focus();
  }

  // ------------------------------------------------------------------------------------------- closing

  /** Close *tab*; unsaved text is asked about first. */
  async close(tab: Tab): Promise<void> {
    const open = tab.pane.peek()?.document;
    if (open && tab.unsaved.peek()) {
      await this.show(tab);
      const { askAboutClosing } = await import("./questions/ask-about-closing");
      const choice = await askAboutClosing(tab.path.peek() ?? "This text");
      if (choice === null) return;
      if (choice === "save") {
        open.save();
        await open.file.settled();
        if (tab.unsaved.peek()) return; // whatever stands in the way is said in a notice
      }
    }
    this.#remove(tab);
  }

  #remove(tab: Tab): void {
    const tabs = this.all.peek();
    const pane = tab.pane.peek();
    const next = neighbour(tabs, tab);
    if (!tabs.includes(tab) || (!next && pane)) return;
    const wasActive = this.active.peek() === tab;
    this.all.value = tabs.filter((one) => one !== tab);
    tab.parent.hidden = true;
    if (wasActive && next) void this.show(next);
    const others = this.all.peek().some((one) => one.pane.peek()?.session);
    // The last script stays in the background: through its session the page hears of files.
    if (pane?.session && !others) return;
    this.sessions.remove(tab);
    pane?.document?.close();
    pane?.destroy();
    tab.parent.remove();
  }

  // ------------------------------------------------------------------------------------------- files

  /** Something happened to a file, as some session tells. */
  fileChanged(event: FileEvent): void {
    for (const { pane } of this.all.peek()) pane.peek()?.fileChanged(event);
    for (const listener of this.#listeners) listener(event);
  }

  onFileChange(listener: (event: FileEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  renamed(old: string, now: string): void {
    for (const { path, pane } of [...this.all.peek(), ...this.sessions.tabs.peek()]) {
      const before = path.peek();
      if (before === null || !isWithin(before, old)) continue;
      const there = movedPath(before, old, now);
      const open = pane.peek()?.document;
      if (open) open.file.path.value = there;
      path.value = there;
    }
    this.recent.value = this.recent.peek().map((path) => movedPath(path, old, now));
  }

  /** What is open of *path* and has no unsaved text is closed. */
  deleted(path: string): void {
    this.recent.value = this.recent.peek().filter((one) => !isWithin(one, path));
    for (const tab of this.all.peek()) {
      const own = tab.path.peek();
      if (own !== null && isWithin(own, path) && !hasOwnText(tab)) this.#remove(tab);
    }
  }
}

/** Whether there is text in *tab* that was typed and not saved. That its file is gone does not make it so. */
function hasOwnText({ pane }: Tab): boolean {
  const open = pane.peek()?.document;
  return open ? !open.file.text.peek().eq(open.file.saved.peek()) : false;
}
