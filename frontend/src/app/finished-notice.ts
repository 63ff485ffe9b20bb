import { duration } from "../ui/duration";

/** A run that took longer than this (milliseconds) is worth a notification when nobody looks. */
export const LONG_RUN_MS = 10_000;

/** What there is to tell about a run that ended. */
export interface Ended {
  readonly durationMs: number;
  readonly status: string;
}

/** Tell of a long run's end when the page is hidden: by the system where the person allowed it, and in the title. */
export class FinishedNotice {
  readonly #title = "● ";

  constructor(
    private readonly page: Document,
    private readonly system: typeof Notification | undefined,
  ) {
    page.addEventListener("visibilitychange", () => {
      if (!page.hidden) this.#withdraw();
    });
  }

  /** The run of *name* is over. */
  tell(name: string, { durationMs, status }: Ended): void {
    if (!this.page.hidden || durationMs < LONG_RUN_MS) return;
    const how =
      status === "ok" ? "is done" : status === "error" ? "stopped with an error" : `ended: ${status}`;
    if (this.system?.permission === "granted")
      new this.system(`${name} ${how}`, { body: `It ran for ${duration(durationMs)}.`, tag: "rdit-run" });
    if (!this.page.title.startsWith(this.#title)) this.page.title = `${this.#title}${this.page.title}`;
  }

  #withdraw(): void {
    if (this.page.title.startsWith(this.#title)) this.page.title = this.page.title.slice(this.#title.length);
  }
}
