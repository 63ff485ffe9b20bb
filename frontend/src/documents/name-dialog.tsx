import { type Signal, signal, useSignal } from "@preact/signals";
import { useModal } from "../ui/dialogs/use-modal";

/** Asks for the name of a document that has none yet. */
export class NameQuestion {
  /** Takes the answer to what is asked at present. */
  readonly open: Signal<((name: string | null) => void) | null> = signal(null);

  /** Resolves to null when the person thinks better of it. */
  ask(): Promise<string | null> {
    this.open.peek()?.(null);
    return new Promise((resolve) => {
      this.open.value = (name) => {
        this.open.value = null;
        resolve(name);
      };
    });
  }
}

export function NameDialog({ question }: { question: NameQuestion }) {
  const answer = question.open.value;
  return answer && <NameForm answer={answer} />;
}

function NameForm({ answer }: { answer(name: string | null): void }) {
  const dialog = useModal();
  const name = useSignal("untitled.py");
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
