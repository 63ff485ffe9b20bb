import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import { Refused, type SessionBackend } from "../../backend/execution-backend";
import type { TextDocument } from "../../documents/text-document";
import type { SessionState } from "../../session/reduce";
import { usesArguments } from "./uses-arguments";

export interface ScriptArgumentsParts {
  readonly session: ReadonlySignal<SessionState>;
  /** Whether the script reads its command line. */
  readonly uses: ReadonlySignal<boolean>;
  backend(): Pick<SessionBackend, "setArguments">;
  /** Keeps what was typed for later sessions with the script. */
  readonly storage: Pick<Storage, "getItem" | "setItem">;
  /** What the script is known by in the storage; null while it has no file. */
  readonly key: ReadonlySignal<string | null>;
  /** Say why something could not be done. */
  report(error: unknown): void;
}

/** The arguments of the script in *document*, which the browser keeps for it in the workspace at *root*. */
export function argumentsOf(
  { path, text }: TextDocument,
  root: string,
  session: { readonly state: ReadonlySignal<SessionState>; readonly backend: SessionBackend },
  report: (error: unknown) => void,
): ScriptArguments {
  return new ScriptArguments({
    session: session.state,
    uses: computed(() => usesArguments(text.value)),
    backend: () => session.backend,
    storage: window.localStorage,
    key: computed(() => (path.value === null ? null : `rdit.arguments ${root}/${path.value}`)),
    report,
  });
}

/** The arguments of a script: what its session has, and what is being typed. */
export class ScriptArguments {
  /** What is in the field. */
  readonly line: ReadonlySignal<string>;
  /** Whether there is a field. */
  readonly shown: ReadonlySignal<boolean>;
  /** Whether the process of now was begun with others. */
  readonly waits: ReadonlySignal<boolean>;
  /** Why the session does not take what was typed; empty while nothing is wrong. */
  readonly problem: Signal<string> = signal("");
  /** Whether the field is to have the focus as soon as it stands. */
  readonly wanted: Signal<boolean> = signal(false);
  /** What is typed and not yet the session's; null when there is nothing of the kind. */
  readonly #typed: Signal<string | null> = signal(null);
  /** What this page gave the session last. */
  readonly #own: Signal<string | null> = signal(null);
  /** Whether somebody has asked for the field. */
  readonly #asked: Signal<boolean> = signal(false);
  /** What the session had last; a server that was started anew does not know it. */
  #known: string | null = null;
  /** The line that was given last, until another one is typed, and whether the session has taken it. */
  #keeping: { readonly line: string; readonly done: Promise<boolean> } | null = null;
  readonly #ends: (() => void)[];

  constructor(private readonly parts: ScriptArgumentsParts) {
    const { session, uses, storage, key } = parts;
    const current = computed(() => session.value.arguments);
    this.line = computed(() => this.#typed.value ?? current.value ?? "");
    this.waits = computed(() => session.value.argumentsWait && this.#typed.value === null);
    this.shown = computed(() => uses.value || this.#asked.value || this.line.value !== "");
    this.#ends = [
      effect(() => {
        const now = current.value;
        untracked(() => this.#settle(now));
      }),
      effect(() => {
        if (key.value !== null && this.#own.value !== null) storage.setItem(key.value, this.#own.value);
      }),
    ];
  }

  /** The field holds *line* now. */
  type(line: string): void {
    this.problem.value = "";
    this.#keeping = null;
    // It stays in sight, also when it is empty.
    this.#asked.value = true;
    this.#typed.value = line === this.#current() ? null : line;
  }

  /** Forget what was typed: the field shows again what the session has. */
  putBack(): void {
    this.problem.value = "";
    this.#keeping = null;
    this.#typed.value = null;
  }

  /** Whether nothing is typed that the session does not have. */
  get isKept(): boolean {
    return this.#typed.peek() === null;
  }

  /** Give the session what was typed; returns whether it has it now. */
  keep(): Promise<boolean> {
    const line = this.#typed.peek();
    if (line === null) return Promise.resolve(true);
    if (this.#keeping?.line !== line) {
      this.#own.value = line;
      this.#keeping = { line, done: this.#give(line) };
    }
    return this.#keeping.done;
  }

  async #give(line: string): Promise<boolean> {
    try {
      await this.parts.backend().setArguments(line);
      return true;
    } catch (error) {
      if (error instanceof Refused && error.status === 422) {
        if (this.#typed.peek() === line) this.problem.value = error.message;
      } else {
        this.#keeping = null;
        this.parts.report(error);
      }
      return false;
    }
  }

  /** Show the field and give it the focus. */
  focus(): void {
    this.#asked.value = true;
    this.wanted.value = true;
  }

  destroy(): void {
    for (const end of this.#ends) end();
  }

  #current(): string {
    return this.parts.session.peek().arguments ?? "";
  }

  /** The session has the arguments *now*; where nobody has given any, it is given those of the last time. */
  #settle(now: string | null): void {
    const { key, storage } = this.parts;
    if (now !== null) {
      this.#known = now;
      // Somebody else has the last word.
      if (this.#own.peek() !== now && this.#keeping === null) this.#own.value = null;
      if (this.#typed.peek() === now) this.putBack();
      return;
    }
    const name = key.peek();
    const before = this.#known ?? (name === null ? null : storage.getItem(name));
    if (!before || this.#typed.peek() !== null) return;
    this.#typed.value = before;
    void this.keep();
  }
}
