import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { tokenIn } from "../backend/execution-python";

/** Why a token is asked for: none is known, the one that was tried is wrong, or the server was started again. */
export type Reason = "none" | "wrong" | "restarted";

const TITLES: Record<Reason, string> = {
  none: "This server asks for its token",
  wrong: "This token is not the server's",
  restarted: "The server was started again and has a new token",
};

export interface SignInProps {
  readonly url: string;
  readonly reason: Reason;
  submit(token: string): void;
}

/** Asks for the token of a server, and says where it is to be found. */
export function SignIn({ url, reason, submit }: SignInProps) {
  const token = useSignal("");
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="card"
      aria-labelledby="sign-in-title"
      // There is nothing to go back to.
      onCancel={(event) => event.preventDefault()}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (token.value.trim()) submit(tokenIn(token.value));
        }}
      >
        <h2 id="sign-in-title">{TITLES[reason]}</h2>
        <p>
          {reason === "restarted" ? "Your text is kept. " : ""}rdit runs code, so it only opens for whoever
          started it. The command <code>rdit</code> printed an address that ends in <code>?token=…</code>:
          open it, or paste it here. Each start of the server has a token of its own.
        </p>
        <label>
          Token, or the whole address
          <input
            type="password"
            autocomplete="off"
            spellcheck={false}
            value={token.value}
            onInput={(event) => {
              token.value = event.currentTarget.value;
            }}
          />
        </label>
        <div class="card-foot">
          <button type="submit" class="button button-primary">
            Open
          </button>
          <span class="muted">{url}</span>
        </div>
      </form>
    </dialog>
  );
}
