import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { Refused, type RunOptions, type SessionBackend, Unreachable } from "../backend/execution-backend";
import { isAbort } from "../backend/http";
import type { EventFrame, LineRange, PlanEvent, SessionResponse } from "../backend/types";
import { reduce, type SessionState, stateOf } from "./reduce";

/** How the page and its server stand. `lost` since a moment of the page's clock, in milliseconds. */
export type Connection =
  | { readonly kind: "connected" }
  | { readonly kind: "lost"; readonly since: number }
  | { readonly kind: "refused"; readonly status: number; readonly detail: string };

/** What a session tells the editor. Everything arrives in order, gathered into a call or a few for each painted frame. */
export interface SessionListener {
  /** Settles once results can be shown: there will be some. */
  ready(): Promise<void>;
  /** All results anew. */
  replaced(answer: SessionResponse): void;
  /** What happened since, in order. */
  happened(events: readonly EventFrame[], now: number): void;
  /** Whether a run keeps results that are not shown: another text or another run had taken them away. */
  lacks(plan: PlanEvent): boolean;
  /** The server was restarted and knows nothing of what the page shows. */
  orphaned(): void;
}

/** Between two attempts to reach a lost server, in milliseconds; the last one repeats. */
const RETRY_DELAYS_MS = [250, 500, 1000, 2000, 3000, 5000];

/** A page in the background is not painted; its events wait at most this long, in milliseconds. */
const HIDDEN_DELAY_MS = 250;

/**
 * Events are drawn so often before a frame shows them: the first result of a run comes a moment after its plan, and need
 * not wait for the frame after. What comes beyond is drawn together in the frame.
 */
const MAX_DRAWN_PER_FRAME = 2;
/** Output of a statement that goes on is drawn together with what comes within this of the last time, in milliseconds. */
const FRAME_MS = 16;
/** Only what is quickly drawn (in milliseconds) is drawn more than once in a frame. */
const QUICK_MS = 4;

/** Where the session of this page is found again after its server was restarted. */
export interface SessionSource {
  backend: SessionBackend;
  answer: SessionResponse;
}

/** A run that this page asked for; `eventId` is that of its first event, as soon as the server has said it. */
interface RunInRequest {
  eventId: number | null;
}

/** One session of the server: signals that show its state, and the requests that change it. */
export class Session<Key extends object = object> {
  readonly state: Signal<SessionState>;
  readonly connection: Signal<Connection> = signal({ kind: "connected" });
  /** Something runs, waits to run, or was asked for and has not been heard of yet. */
  readonly busy: ReadonlySignal<boolean>;
  readonly #requested: Signal<readonly RunInRequest[]> = signal([]);
  #stopped = new AbortController();
  #wake: (() => void) | null = null;
  #lastEventId: number;
  /** The newest event that the state has taken in. */
  #lastShownId: number;
  #reattached = false;
  #waiting: EventFrame[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #frame: number | null = null;
  /** How often events were drawn since the last frame. */
  #drawn = 0;
  #flushed = 0;
  /** How long that took the last time, in milliseconds. */
  #took = 0;
  /** The runs that this page asked for, with what it knows them by. */
  readonly #own = new Map<string, Key>();
  /** Those whose id has not come back: until then nobody can tell whose plan arrives. */
  readonly #asked = new Set<Promise<unknown>>();

  constructor(
    private source: SessionSource,
    private readonly reopen: () => Promise<SessionSource>,
    private readonly listener: SessionListener,
  ) {
    this.state = signal(stateOf(source.answer, performance.now()));
    this.#lastEventId = source.answer.lastEventId;
    this.#lastShownId = this.#lastEventId;
    this.busy = computed(() => {
      const { run, queued } = this.state.value;
      return run !== null || queued.length > 0 || this.#requested.value.length > 0;
    });
  }

  get backend(): SessionBackend {
    return this.source.backend;
  }

  /**
   * Take the session's events until `detach`; a lost connection is taken up again. Once that has ended one may attach
   * it *again*.
   */
  async attach(again = false): Promise<void> {
    if (this.#stopped.signal.aborted) this.#stopped = new AbortController();
    let attempt = !again && this.connection.peek().kind === "connected" ? 0 : 1;
    while (!this.#stopped.signal.aborted) {
      try {
        if (attempt > 0) await this.#reattach();
        attempt = 0;
        if ((await this.#listen()) === "outdated") continue;
        this.#lose();
      } catch (error) {
        if (this.#stopped.signal.aborted && isAbort(error)) return;
        if (error instanceof Refused && error.status < 500) {
          this.connection.value = { kind: "refused", status: error.status, detail: error.message };
          return;
        }
        if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
        this.#lose();
      }
      await this.#pause(RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length - 1)] as number);
      attempt += 1;
    }
  }

  /** Take no more events. */
  detach(): void {
    this.#stopped.abort();
    this.#wake?.();
  }

  /** Try to reach the server now rather than after the pause. */
  retry(): void {
    this.#wake?.();
  }

  /** Ask for a run of *script*, and know it by *key* from then on. */
  async run(script: string, lines: LineRange | null, key: Key, options?: RunOptions): Promise<void> {
    const request: RunInRequest = { eventId: null };
    this.#requested.value = [...this.#requested.peek(), request];
    const asking = this.backend.start(script, lines, options).then(({ runId, eventId }) => {
      this.#own.set(runId, key);
      request.eventId = eventId;
    });
    const settled = asking.catch(() => undefined); // whoever asked hears of the failure; here only its end matters
    this.#asked.add(settled);
    try {
      await asking;
    } finally {
      this.#asked.delete(settled);
      request.eventId ??= this.#lastShownId; // a run that was refused has no events
      this.#dropHeardOf();
    }
  }

  /** Of these runs the state itself tells from now on. */
  #dropHeardOf(): void {
    const requested = this.#requested.peek();
    const left = requested.filter(({ eventId }) => eventId === null || eventId > this.#lastShownId);
    if (left.length < requested.length) this.#requested.value = left;
  }

  /** What this page knows a run by; null when it is another page's. */
  keyOf(runId: string): Key | null {
    return this.#own.get(runId) ?? null;
  }

  /** Take events until the connection ends, or until the server says that it no longer has what came between. */
  async #listen(): Promise<"ended" | "outdated"> {
    for await (const { id, event } of this.backend.events(this.#lastEventId, this.#stopped.signal)) {
      if (this.connection.peek().kind !== "connected") this.connection.value = { kind: "connected" };
      if (event.type === "resync") {
        const answer = await this.backend.session(this.#stopped.signal);
        // Right after a break it is a server that was started anew: it does not know the events that we have seen.
        if (this.#reattached) await this.#takeUp(answer);
        else await this.#restart(answer);
        return "outdated";
      }
      this.#reattached = false;
      // What is older was read already, with the whole session.
      if (id > this.#lastEventId) await this.#take(id, event);
    }
    return "ended";
  }

  #lose(): void {
    if (this.connection.peek().kind === "connected")
      this.connection.value = { kind: "lost", since: performance.now() };
  }

  /** After a break: the same session goes on where it was; after a restart of the server there is a new one. */
  async #reattach(): Promise<void> {
    const before = this.state.peek().sessionId;
    this.source = await this.reopen();
    this.connection.value = { kind: "connected" };
    const { answer } = this.source;
    if (answer.sessionId === before && answer.lastEventId >= this.#lastEventId) this.#reattached = true;
    else await this.#takeUp(answer);
  }

  /** After a break: a server that was started anew has no results; the page keeps those that it shows. */
  async #takeUp(answer: SessionResponse): Promise<void> {
    if (answer.statements.length > 0) {
      await this.#restart(answer);
    } else {
      this.#begin(answer);
      this.listener.orphaned();
    }
  }

  async #restart(answer: SessionResponse): Promise<void> {
    if (answer.statements.length > 0) await this.listener.ready();
    this.#begin(answer);
    this.listener.replaced(answer);
  }

  #begin(answer: SessionResponse): void {
    this.#flush();
    this.#lastEventId = answer.lastEventId;
    this.#lastShownId = answer.lastEventId;
    this.state.value = stateOf(answer, performance.now());
    this.#dropHeardOf();
  }

  async #take(id: number, event: EventFrame): Promise<void> {
    this.#lastEventId = id;
    if (event.type === "plan" && !this.#own.has(event.runId)) {
      await Promise.all(this.#asked);
      // Another tab's run: its lines are those of a text that this page has not seen.
      if (!this.#own.has(event.runId)) return this.#restart(await this.backend.session(this.#stopped.signal));
    }
    if (event.type === "plan") await this.listener.ready();
    // What was cleared, or taken away by a run of another text, may have been so before this page came.
    if (event.type === "results-restored" || (event.type === "plan" && this.#lacks(event)))
      return this.#restart(await this.backend.session(this.#stopped.signal));
    this.#waiting.push(event);
    this.#schedule();
  }

  #lacks(plan: PlanEvent): boolean {
    if (!plan.kept?.length) return false;
    this.#flush();
    return this.listener.lacks(plan);
  }

  #schedule(): void {
    if (this.#timer !== null) return;
    const flush = () => this.#flush();
    this.#timer = setTimeout(() => {
      // With the frame to come, rather than in it.
      if (this.#isDrawnAtOnce()) flush();
      else this.#timer = setTimeout(flush, HIDDEN_DELAY_MS);
    });
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#drawn = 0;
      flush();
    });
  }

  #isDrawnAtOnce(): boolean {
    // A statement that ends a moment after it wrote shows its value beside its line, rather than below it at first.
    if (this.#waiting.at(-1)?.type === "output") return performance.now() - this.#flushed >= FRAME_MS;
    return this.#drawn === 0 || (this.#drawn < MAX_DRAWN_PER_FRAME && this.#took < QUICK_MS);
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const events = this.#waiting;
    if (events.length === 0) return;
    this.#waiting = [];
    const now = performance.now();
    this.#flushed = now;
    this.#drawn += 1;
    this.state.value = events.reduce((state, event) => reduce(state, event, now), this.state.peek());
    this.#lastShownId = this.#lastEventId;
    this.#dropHeardOf();
    this.listener.happened(events, now);
    this.#took = performance.now() - now;
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
