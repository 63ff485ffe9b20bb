import { type Signal, signal } from "@preact/signals";
import { keepToken } from "../backend/execution-python";
import type { Server } from "../backend/http";
import type { SignInProps } from "./sign-in";

/** Asks for the token of the server where the one that is known is refused. */
export class TokenQuestion {
  /** What is asked at present, over whatever else the page shows. */
  readonly open: Signal<SignInProps | null> = signal(null);
  /** Whether the token was typed into the form, rather than given or kept. */
  #typed = false;

  /** *server* gets the token that is typed. */
  constructor(private readonly server: Signal<Server>) {}

  /** The server took the token: one that was typed is kept. */
  accepted(): void {
    const { url, token } = this.server.peek();
    if (this.#typed && token !== null) keepToken(url, token, window.localStorage);
    this.#typed = false;
  }

  /** Ask, and then do *go*; *restarted* when the server took a token before. */
  ask(restarted: boolean, go: () => void): void {
    const { url, token: tried } = this.server.peek();
    const reason = restarted ? "restarted" : tried === null ? "none" : "wrong";
    this.open.value = {
      url,
      reason: this.#typed ? "wrong" : reason,
      submit: (token) => {
        this.server.value = { url, token };
        this.open.value = null;
        this.#typed = true;
        go();
      },
    };
  }
}
