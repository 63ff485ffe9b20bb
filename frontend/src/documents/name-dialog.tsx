import { type Signal, signal, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Questions that want an answer before anything else. */
export class Dialogs {
  readonly name: Signal<((name: string | null) => void) | null> = signal(null);

  /** Ask for the name of a script; null when the person thinks better of it. */
  askForName(): Promise<string | null> {
    this.name.peek()?.(null);
    return new Promise((resolve) => {
      this.name.value = (name) => {
        this.name.value = null;
        resolve(name);
      };
    });
  }
}

export function SaveAs({ dialogs }: { dialogs: Dialogs }) {
  const answer = dialogs.name.value;
  return answer && <NameDialog answer={answer} />;
}

function NameDialog({ answer }: { answer(name: string | null): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const name = useSignal("untitled.py");
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="card" aria-labelledby="save-as-title" onCancel={() => answer(null)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.value.trim()) answer(name.value.trim());
        }}
      >
        <h2 id="save-as-title">Save the script as</h2>
        <label>
          Path within the workspace
          <input
            type="text"
            spellcheck={false}
            value={name.value}
            onFocus={(event) => event.currentTarget.select()}
            onInput={(event) => {
              name.value = event.currentTarget.value;
            }}
          />
        </label>
        <div class="card-foot">
          <button type="submit" class="button button-primary">
            Save
          </button>
          <button type="button" class="button" onClick={() => answer(null)}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
