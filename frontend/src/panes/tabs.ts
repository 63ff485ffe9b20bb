import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type DeskCommand, type DeskCommandName, deskCommands, isPressed } from "../app/commands";
import type { Settings } from "../app/settings";
import type { FileEvent } from "../backend/types";
import { autosave } from "../documents/autosave";
import type { Drafts } from "../documents/draft-store";
import { DraftKeeper, recover, recoveredWords, recovery } from "../documents/drafts";
import type { ScriptFile } from "../documents/text-document";
import type { FileService } from "../files/file-service";
import { withRecent } from "../files/fuzzy";
import { isWithin, type Kind, kindOf, movedPath, neighbour } from "../files/paths";
import type { Notices } from "../ui/notices";
import type { Workbench } from "./script-pane";
import type { TextBench } from "./text-pane";

/** What a tab shows, once it was looked at. */
export type Body =
  | { readonly kind: "script"; readonly bench: Workbench }
  | { readonly kind: "text"; readonly bench: TextBench }
  | { readonly kind: "view"; readonly refresh: () => void };

/** A file that is open. */
export interface Tab {
  readonly path: Signal<string | null>;
  readonly kind: Kind;
  /** Where it is shown. */
  readonly parent: HTMLElement;
  readonly body: Signal<Body | null>;
  readonly unsaved: ReadonlySignal<boolean>;
  /** What ends with it. */
  readonly endings: (() => void)[];
  /** The following of its session, while there is one. */
  following: Promise<void> | null;
}

export interface DeskParts {
  root: string;
  service: FileService;
  notices: Notices;
  settings: Signal<Settings>;
  drafts: Drafts;
  /** Open the session of the script at *path* and show it in *tab*. */
  openScript(tab: Tab, path: string): Promise<Workbench>;
  /** Ask what becomes of a file that has unsaved text. */
  askAboutClosing(name: string): Promise<"save" | "discard" | null>;
  /** Say why something could not be done. */
  report(error: unknown): void;
}

/** So many sessions are followed at once: a browser has few connections for one server, and others are needed as well. */
const MOST_FOLLOWED = 2;
/** So many files are remembered as opened lately. */
const MOST_RECENT = 30;

/** All that is open in the page: tabs, and what happens to their files. */
export class Desk {
  readonly tabs: Signal<readonly Tab[]> = signal([]);
  readonly active: Signal<Tab | null> = signal(null);
  readonly recent: Signal<readonly string[]>;
  /** Whether the panel of files is open. */
  readonly panel: Signal<boolean>;
  readonly documents = document.createElement("div");
  readonly service: FileService;
  readonly notices: Notices;
  readonly settings: Signal<Settings>;
  readonly root: string;
  readonly activePath: ReadonlySignal<string | null> = computed(() => this.active.value?.path.value ?? null);
  /** Scripts in the order in which they were looked at, the latest first; closed ones may go on to be followed. */
  private readonly scripts: Signal<readonly Tab[]> = signal([]);
  /** The script whose session tells how the connection is. */
  readonly followed: ReadonlySignal<Tab | null> = computed(() => this.scripts.value[0] ?? null);
  readonly commands: Record<DeskCommandName, DeskCommand> = deskCommands(this);
  /** The tab that was asked for last. */
  private wanted: Tab | null = null;
  private readonly loading = new Map<Tab, Promise<Body>>();
  private readonly listeners = new Set<(event: FileEvent) => void>();

  constructor(private readonly parts: DeskParts) {
    ({ root: this.root, service: this.service, notices: this.notices, settings: this.settings } = parts);
    this.documents.className = "documents";
    this.recent = kept(window.localStorage, `rdit.recent ${parts.root}`, []);
    this.panel = kept(window.localStorage, "rdit.panel", false);
    effect(() => this.rememberTabs());
  }

  /** A tab for *path*, which nothing shows yet. */
  tabFor(path: string | null, kind: Kind = path === null ? "script" : kindOf(path)): Tab {
    const parent = document.createElement("div");
    parent.className = "document editor";
    parent.hidden = true;
    const body = signal<Body | null>(null);
    return {
      path: signal(path),
      kind,
      parent,
      body,
      unsaved: computed(() => {
        const { value } = body;
        return value !== null && value.kind !== "view" && value.bench.file.unsaved.value;
      }),
      endings: [],
      following: null,
    };
  }

  /** Put *tab* among the others; it is not shown yet. */
  add(tab: Tab): void {
    this.documents.append(tab.parent);
    this.tabs.value = [...this.tabs.peek(), tab];
  }

  /** Open the file at *path*, or show the tab that has it. */
  async open(path: string): Promise<void> {
    const known = this.tabs.peek().find((tab) => tab.path.peek() === path);
    const resting = this.scripts.peek().find((tab) => tab.path.peek() === path);
    const tab = known ?? resting ?? this.tabFor(path);
    if (!this.tabs.peek().includes(tab)) this.add(tab);
    await this.show(tab);
  }

  /** Show *tab*; what it shows is read when it is first asked for. Of several that are asked for, the last stays. */
  async show(tab: Tab): Promise<void> {
    const path = tab.path.peek();
    this.wanted = tab;
    try {
      if (!tab.body.peek() && path !== null) await this.load(tab, path);
    } catch (error) {
      if (this.tabs.peek().includes(tab)) {
        this.remove(tab);
        this.parts.report(error);
      }
      return;
    }
    if (!this.tabs.peek().includes(tab)) return; // closed while it was opened
    if (this.wanted === tab) this.present(tab);
  }

  /** Read what *tab* shows, once, however often it is asked for meanwhile. */
  private async load(tab: Tab, path: string): Promise<void> {
    const loading = this.loading.get(tab) ?? this.bodyOf(tab, path);
    this.loading.set(tab, loading);
    try {
      tab.body.value = await loading;
    } finally {
      this.loading.delete(tab);
    }
  }

  private present(tab: Tab): void {
    for (const other of this.tabs.peek()) other.parent.hidden = other !== tab;
    this.active.value = tab;
    const path = tab.path.peek();
    if (path !== null) this.recent.value = withRecent(this.recent.peek(), path, MOST_RECENT);
    const body = tab.body.peek();
    if (body?.kind === "script") this.follow(tab);
    if (body?.kind === "text") void body.bench.outside.look();
    if (body && body.kind !== "view") {
      body.bench.editor.requestMeasure();
      body.bench.editor.focus();
    }
  }

  private async bodyOf(tab: Tab, path: string): Promise<Body> {
    if (tab.kind === "script") return { kind: "script", bench: await this.parts.openScript(tab, path) };
    if (tab.kind === "text") {
      const [{ TextBench }, content] = await Promise.all([
        import("./text-pane"),
        this.service.readFile(path),
      ]);
      const bench = new TextBench({
        path,
        content,
        service: this.service,
        notices: this.notices,
        parent: tab.parent,
        settings: this.settings,
        compare: async (versions) => (await import("../documents/conflict-view")).compare(versions),
      });
      const offer = await this.keepDrafts(tab, bench.file, bench.undecided, () => bench.save());
      void bench.editor;
      offer(bench);
      return { kind: "text", bench };
    }
    const { showView } = await import("./preview");
    const refresh = await showView(tab.kind, path, tab.parent, this.service);
    return { kind: "view", refresh };
  }

  /**
   * Recover what an earlier page left behind of *file*, and keep its unsaved text from now on. Call before there is an
   * editor; what this returns tells the person, once there is one.
   */
  async keepDrafts(
    tab: Tab,
    file: ScriptFile,
    undecided: ReadonlySignal<boolean>,
    save: () => void,
  ): Promise<(bench: Workbench | TextBench) => void> {
    const { drafts, root } = this.parts;
    const tell = await this.recoverInto(file).catch((error: unknown) => {
      this.noDrafts(error);
      return () => undefined;
    });
    const keeper = new DraftKeeper(file, root, drafts, (error) => this.noDrafts(error));
    const warn = (event: BeforeUnloadEvent) => {
      if (file.unsaved.peek() && !keeper.safe.peek()) event.preventDefault();
    };
    const hurry = () => keeper.hurry();
    window.addEventListener("beforeunload", warn);
    window.addEventListener("pagehide", hurry);
    tab.endings.push(
      autosave(file, this.settings, undecided, save),
      effect(() => {
        tab.path.value = file.path.value;
      }),
      () => void keeper.close().catch((error: unknown) => this.noDrafts(error)),
      () => window.removeEventListener("beforeunload", warn),
      () => window.removeEventListener("pagehide", hurry),
    );
    return (bench) => tell(bench);
  }

  private async recoverInto(file: ScriptFile): Promise<(bench: Workbench | TextBench) => void> {
    const { drafts, root } = this.parts;
    const path = file.path.peek() ?? "";
    const disk =
      file.version === null ? null : { content: file.saved.peek().toString(), version: file.version };
    for (const draft of await drafts.leftBehind(root, path)) {
      const found = recovery(draft, disk);
      if (found.kind !== "obsolete") {
        recover(file, found);
        await drafts.put({ ...draft, page: drafts.page });
        await drafts.remove(draft);
        return (bench) => this.tellRecovered(bench, found.kind, new Date(draft.at));
      }
      await drafts.remove(draft);
    }
    return () => undefined;
  }

  private tellRecovered(
    bench: Workbench | TextBench,
    kind: Exclude<ReturnType<typeof recovery>["kind"], "obsolete">,
    at: Date,
  ): void {
    const subject = `recovered ${bench.file.path.peek() ?? ""}`;
    this.notices.say({
      subject,
      kind: "warning",
      text: recoveredWords(kind, at),
      actions: [
        { label: "Keep it", run: () => this.notices.withdraw(subject) },
        {
          label: "Go back to the saved text",
          run: () => {
            this.notices.withdraw(subject);
            const { editor, file } = bench;
            const changes = { from: 0, to: editor.state.doc.length, insert: file.saved.peek() };
            editor.dispatch({ changes, userEvent: "input.take" });
          },
        },
      ],
    });
    // Says what is to choose, where both changed the same lines.
    if (kind === "apart") bench.lookAtFile();
  }

  private noDrafts(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.notices.say({
      subject: "drafts",
      kind: "warning",
      text: `This browser does not keep unsaved text (${reason}). Save before you close or reload the page.`,
    });
  }

  // ------------------------------------------------------------------------------------------- the page

  /** Give the focus to what is shown. */
  focus(): void {
    const body = this.active.peek()?.body.peek();
    if (body && body.kind !== "view") body.bench.editor.focus();
  }

  handleKey(event: KeyboardEvent): void {
    const body = this.active.peek()?.body.peek();
    if (body && body.kind !== "view") body.bench.handleKey(event);
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const command = Object.values(this.commands).find(({ key }) => isPressed(key, event));
    if (!command) return;
    event.preventDefault();
    command.run();
  }

  /** Try now to reach a server that was lost. */
  retry(): void {
    const body = this.followed.peek()?.body.peek();
    if (body?.kind === "script") body.bench.session.retry();
  }

  /** Say why something could not be done. */
  report(error: unknown): void {
    this.parts.report(error);
  }

  // ------------------------------------------------------------------------------------------- closing

  /** Close *tab*; unsaved text is asked about first. */
  async close(tab: Tab): Promise<void> {
    const body = tab.body.peek();
    if (body && body.kind !== "view" && tab.unsaved.peek()) {
      await this.show(tab);
      const choice = await this.parts.askAboutClosing(tab.path.peek() ?? "This text");
      if (choice === null) return;
      if (choice === "save") {
        body.bench.save();
        await body.bench.file.settled();
        if (tab.unsaved.peek()) return; // whatever stands in the way is said in a notice
      }
    }
    this.remove(tab);
  }

  private remove(tab: Tab): void {
    const tabs = this.tabs.peek();
    const next = neighbour(tabs, tab);
    if (!tabs.includes(tab) || (!next && tab.body.peek())) return;
    const wasActive = this.active.peek() === tab;
    this.tabs.value = tabs.filter((one) => one !== tab);
    tab.parent.hidden = true;
    if (wasActive && next) void this.show(next);
    const others = this.tabs.peek().some(({ body }) => body.peek()?.kind === "script");
    // The last script stays in the background: through its session the page hears of files.
    if (tab.body.peek()?.kind === "script" && !others) return;
    this.end(tab);
  }

  private end(tab: Tab): void {
    const body = tab.body.peek();
    for (const ending of tab.endings.splice(0)) ending();
    this.scripts.value = this.scripts.peek().filter((one) => one !== tab);
    if (body?.kind === "script") body.bench.session.close();
    if (body && body.kind !== "view") body.bench.editor.destroy();
    tab.parent.remove();
  }

  // ------------------------------------------------------------------------------------------- sessions

  /** Follow the session of *tab*, and give up those that were looked at longest ago. */
  follow(tab: Tab): void {
    const before = this.scripts.peek();
    this.scripts.value = [tab, ...before.filter((one) => one !== tab)];
    for (const [index, one] of this.scripts.peek().entries()) {
      const body = one.body.peek();
      if (body?.kind !== "script") continue;
      if (index >= MOST_FOLLOWED) body.bench.session.close();
    }
    if (tab.following && before.indexOf(tab) < MOST_FOLLOWED && before.includes(tab)) return;
    this.followAgain(tab);
  }

  /** Follow a session after it refused, with a new token. */
  followAgain(tab: Tab): void {
    const body = tab.body.peek();
    if (body?.kind !== "script") return;
    const again = tab.following !== null;
    tab.following = (tab.following ?? Promise.resolve()).then(() => {
      const place = this.scripts.peek().indexOf(tab);
      if (place < 0 || place >= MOST_FOLLOWED) return;
      return body.bench.session.follow(again);
    });
    tab.following.catch((error: unknown) => this.parts.report(error));
  }

  // ------------------------------------------------------------------------------------------- files

  /** Something happened to a file, as some session tells. */
  fileChanged(event: FileEvent): void {
    for (const { body, path } of this.tabs.peek()) {
      const { value } = body;
      if (value?.kind === "text") value.bench.heard(event);
      if (value?.kind === "view" && path.peek() === event.path && event.change !== "deleted") value.refresh();
    }
    for (const listener of this.listeners) listener(event);
  }

  /** Call *listener* with what happens to files, until what this returns is called. */
  onFileChange(listener: (event: FileEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** This page has renamed *old*. */
  moved(old: string, now: string): void {
    for (const { path, body } of [...this.tabs.peek(), ...this.scripts.peek()]) {
      const before = path.peek();
      if (before === null || !isWithin(before, old)) continue;
      const { value } = body;
      const there = movedPath(before, old, now);
      if (value && value.kind !== "view") value.bench.file.path.value = there;
      path.value = there;
    }
    this.recent.value = this.recent.peek().map((path) => movedPath(path, old, now));
  }

  /** This page has put *path* into the trash: what is open of it and has no unsaved text is closed. */
  deleted(path: string): void {
    this.recent.value = this.recent.peek().filter((one) => !isWithin(one, path));
    for (const tab of this.tabs.peek()) {
      const own = tab.path.peek();
      if (own !== null && isWithin(own, path) && !hasOwnText(tab)) this.remove(tab);
    }
  }

  private rememberTabs(): void {
    const paths = this.tabs.value.map(({ path }) => path.value).filter((path) => path !== null);
    if (this.tabs.value.length > 0) window.sessionStorage.setItem(tabsKey(this.root), JSON.stringify(paths));
  }

  /** The files that were open before this page was reloaded. */
  static openBefore(root: string): string[] {
    return strings(window.sessionStorage.getItem(tabsKey(root)));
  }
}

/** Whether there is text in *tab* that was typed and not saved. That its file is gone does not make it so. */
function hasOwnText({ body }: Tab): boolean {
  const { value } = body;
  return (
    value !== null && value.kind !== "view" && !value.bench.file.text.peek().eq(value.bench.file.saved.peek())
  );
}

function tabsKey(root: string): string {
  return `rdit.tabs ${root}`;
}

function strings(text: string | null): string[] {
  const read: unknown = text === null ? [] : JSON.parse(text);
  return Array.isArray(read) ? read.filter((one) => typeof one === "string") : [];
}

/** A signal whose value *storage* keeps. */
function kept<T>(storage: Storage, key: string, otherwise: T): Signal<T> {
  const before = storage.getItem(key);
  const made = signal(before === null ? otherwise : (JSON.parse(before) as T));
  effect(() => storage.setItem(key, JSON.stringify(made.value)));
  return made;
}
