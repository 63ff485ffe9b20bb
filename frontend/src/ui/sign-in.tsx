import { useSignal } from "@preact/signals";
import { tokenIn } from "../backend/execution-python";

interface SignInProps {
  url: string;
  /** Whether a token was tried and refused. */
  refused: boolean;
  submit(token: string): void;
}

/** Asks for the token of a server, and says where it is to be found. */
export function SignIn({ url, refused, submit }: SignInProps) {
  const token = useSignal("");
  return (
    <div class="sign-in">
      <form
        class="card"
        aria-labelledby="sign-in-title"
        onSubmit={(event) => {
          event.preventDefault();
          if (token.value.trim()) submit(tokenIn(token.value));
        }}
      >
        <h2 id="sign-in-title">
          {refused ? "This token is not the server's" : "This server asks for its token"}
        </h2>
        <p>
          rdit runs code, so it only opens for whoever started it. The command <code>rdit</code> printed an
          address that ends in <code>?token=…</code>: open it, or paste it here. Each start of the server has
          a token of its own.
        </p>
        <label>
          Token, or the whole address
          <input
            type="password"
            autocomplete="off"
            spellcheck={false}
            value={token.value}
            autofocus
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
    </div>
  );
}
