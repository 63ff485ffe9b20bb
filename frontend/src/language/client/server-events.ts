import type { LanguageEvent } from "../../backend/types";

type Listener = (event: LanguageEvent) => void;

/** What a session says of its language servers, for every text that they have: the script, and the sources it led to. */
export class ServerEvents {
  readonly #listeners = new Set<Listener>();

  publish(event: LanguageEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Call *listener* with each event, until what this returns is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
