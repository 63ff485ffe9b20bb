import { Compartment, type Extension, Transaction } from "@codemirror/state";
import { type EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { LanguageEvent } from "../backend/types";
import type { Command } from "../ui/commands";
import { typedAhead } from "../ui/typed-ahead";
import { whenIdle } from "../ui/when-idle";
import type { LanguageClient } from "./client/language-client";
import type { LanguageParts } from "./client/language-parts";
import type { ServerEvents } from "./client/server-events";
import { languageCommands, WITH_FIELD } from "./commands";
import type { Findings } from "./findings/findings";
import type { Problem } from "./findings/problem";
import type { Reference } from "./findings/reference";

/** Who only reads has it ready after this time (milliseconds), once the page has nothing else to do. */
const QUIET_MS = 1000;
/** What could not be loaded is not asked for again within this time (milliseconds), unless a command needs it. */
const PAUSE_MS = 30_000;

/** Language help for one editor, loaded at the first key, the first hover, or when nobody waits. */
export class LateLanguage {
  readonly #place = new Compartment();
  /** Null until the editor is there, and again once it is gone. */
  #view: EditorView | null = null;
  #client: LanguageClient | null = null;
  #loading: Promise<typeof import("./language")> | null = null;
  #failedAt = Number.NEGATIVE_INFINITY;
  /** Whether the last that happened in the editor is that something was typed. */
  #isTyping = false;
  /** Where the pointer was in the editor last. */
  #pointer: MouseEvent | null = null;

  /** What is known of the script. */
  readonly findings: Findings;
  /** What one can do with it. */
  readonly commands: readonly Command[];

  /** *servers* tells of the language servers; *isRead*: the text is not edited. */
  constructor(
    private readonly parts: LanguageParts,
    readonly servers: ServerEvents,
    isRead = false,
  ) {
    this.findings = parts.findings;
    this.commands = languageCommands(
      (id) => this.perform(id),
      () => this.#view?.focus(),
      isRead,
    );
  }

  /** Whether the language servers have the text as it is here. */
  get isOpen(): boolean {
    return this.#client?.opened.peek() != null;
  }

  get extension(): Extension {
    return [
      this.#place.of([]),
      ViewPlugin.define((view) => this.#watch(view), { eventObservers: LOADING_EVENTS }),
    ];
  }

  /** Do the command *id*, which may have to be loaded first. */
  perform(id: string): void {
    const acting = this.#act(({ ACTIONS }, view) => ACTIONS[id]?.(view, this.parts));
    if (WITH_FIELD.includes(id)) typedAhead(acting).catch(() => undefined); // reported above
  }

  /** Go to a place of a file that is known. */
  goTo(place: Reference): void {
    this.#act(({ goToReference }, view) => goToReference(view, this.parts, place));
  }

  /** Go to a problem, and show what it says. */
  goToProblem(problem: Problem): void {
    this.#act(({ goToProblem }, view) => goToProblem(view, problem));
  }

  #act(act: (language: typeof import("./language"), view: EditorView) => void): Promise<void> {
    const acting = this.#load().then((language) => {
      if (this.#view) act(language, this.#view);
    });
    acting.catch((error: unknown) => this.parts.report(error));
    return acting;
  }

  /** Format the text, as far as that can be done in a moment. */
  async format(): Promise<void> {
    const { formatToSave } = await this.#load();
    if (this.#view && this.#client) await formatToSave(this.#view, this.#client);
  }

  /** A language server is in another state, or knows more than before. */
  #heard({ server, state, reason, refresh }: LanguageEvent): void {
    this.#client?.heard(server, { state, reason: reason ?? null });
    if (refresh) this.#client?.answersChanged();
  }

  #watch(view: EditorView): Watch {
    this.#view = view;
    const load = () => {
      // An editor that was closed meanwhile needs nothing.
      if (!this.#view || this.#loading || performance.now() - this.#failedAt < PAUSE_MS) return;
      this.#load().catch((error: unknown) => this.parts.report(error));
    };
    const timer = setTimeout(() => whenIdle(load), QUIET_MS);
    const stopListening = this.servers.listen((event) => this.#heard(event));
    return {
      point: (event) => {
        this.#pointer = event;
        load();
      },
      update: ({ transactions, docChanged, selectionSet }: ViewUpdate) => {
        const isInput = transactions.some((one) => one.isUserEvent("input"));
        if (docChanged || selectionSet) this.#isTyping = isInput;
        if (isInput) load();
      },
      destroy: () => {
        clearTimeout(timer);
        stopListening();
        this.#client?.destroy();
        this.#view = null;
      },
    };
  }

  #load(): Promise<typeof import("./language")> {
    this.#loading ??= import("./language").then(
      (language) => {
        this.#begin(language);
        return language;
      },
      (error: unknown) => {
        this.#loading = null;
        this.#failedAt = performance.now();
        throw error;
      },
    );
    return this.#loading;
  }

  #begin({ languageSupport, languageClient }: typeof import("./language")): void {
    if (!this.#view) return;
    this.#client = languageClient(this.#view, this.parts);
    this.#view.dispatch({
      effects: this.#place.reconfigure(languageSupport(this.#client, this.parts)),
    });
    // What was typed or pointed at meanwhile is answered as if all had been there.
    if (this.#isTyping) this.#view.dispatch({ annotations: Transaction.userEvent.of("input.type") });
    const { contentDOM } = this.#view;
    if (this.#pointer && contentDOM.matches(":hover")) {
      const { clientX, clientY } = this.#pointer;
      contentDOM.dispatchEvent(new MouseEvent("mousemove", { clientX, clientY, bubbles: true }));
    }
    this.#pointer = null;
  }
}

interface Watch extends PluginValue {
  point(event: MouseEvent): void;
}

const LOADING_EVENTS = {
  mousemove(this: Watch, event: MouseEvent) {
    this.point(event);
  },
};
