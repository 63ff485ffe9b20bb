/** Following with a clock and with requests: what the machine asks for is done, and what comes of it is told to it. */
import { type Signal, signal } from "@preact/signals";
import { type Follow, type FollowAction, type FollowEvent, NOT_FOLLOWING, step } from "./follow";

/** Typing has paused when nothing was typed for this long, in milliseconds. */
const PAUSE_MS = 250;

export interface FollowerParts {
  /** Whether and at what cost the present text can run. */
  check(): Promise<"broken" | "costly" | "free">;
  /** Ask whether it may, at that cost. */
  ask(): void;
  withdraw(): void;
  /** Run the present text. */
  run(): void;
  report(error: unknown): void;
}

export class Follower {
  readonly state: Signal<Follow> = signal(NOT_FOLLOWING);
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly parts: FollowerParts) {}

  tell(event: FollowEvent): void {
    const [next, actions] = step(this.state.peek(), event);
    this.state.value = next;
    for (const action of actions) this.#do(action);
  }

  destroy(): void {
    this.#endPause();
  }

  #do(action: FollowAction): void {
    const { parts } = this;
    if (action.type === "pause") this.#timer = setTimeout(() => this.tell({ type: "paused" }), PAUSE_MS);
    else if (action.type === "end pause") this.#endPause();
    else if (action.type === "ask") parts.ask();
    else if (action.type === "withdraw") parts.withdraw();
    else if (action.type === "run") parts.run();
    else {
      const { turn } = action;
      parts.check().then(
        (verdict) => this.tell({ type: "checked", turn, verdict }),
        (error: unknown) => {
          this.tell({ type: "failed", turn });
          parts.report(error);
        },
      );
    }
  }

  #endPause(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
