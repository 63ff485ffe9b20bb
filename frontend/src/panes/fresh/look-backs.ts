import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** The code that is being evaluated in earlier states. */
export class LookBacks {
  readonly #count: Signal<number> = signal(0);
  readonly areUnderWay: ReadonlySignal<boolean> = computed(() => this.#count.value > 0);

  /** Count a *request* until it has been answered. */
  async count<T>(request: Promise<T>): Promise<T> {
    this.#count.value += 1;
    try {
      return await request;
    } finally {
      this.#count.value -= 1;
    }
  }
}
