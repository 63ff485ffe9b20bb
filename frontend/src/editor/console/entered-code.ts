/** So much is remembered. */
const MAX_ENTERED = 200;

/** What was entered before, newest last, and the way back and forth through it. */
export class EnteredCode {
  readonly #entered: string[] = [];
  /** Counted from the newest; 0 is what is being written. */
  #back = 0;
  #draft = "";

  /** Remember *code*, and begin anew. */
  add(code: string): void {
    if (this.#entered.at(-1) !== code) this.#entered.push(code);
    if (this.#entered.length > MAX_ENTERED) this.#entered.shift();
    this.#back = 0;
    this.#draft = "";
  }

  /** What was entered before what is shown, which is *present*; null at the oldest. */
  older(present: string): string | null {
    if (this.#back === this.#entered.length) return null;
    if (this.#back === 0) this.#draft = present;
    this.#back += 1;
    return this.#entered.at(-this.#back) ?? null;
  }

  /** What was entered after what is shown, at last what was being written; null where nothing is newer. */
  newer(): string | null {
    if (this.#back === 0) return null;
    this.#back -= 1;
    return this.#back === 0 ? this.#draft : (this.#entered.at(-this.#back) ?? null);
  }
}
