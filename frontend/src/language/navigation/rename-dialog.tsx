import type { EditorView } from "@codemirror/view";
import { useSignal } from "@preact/signals";
import { render } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { attempt, say } from "../client/attempt";
import { type LanguageClient, NoAnswer } from "../client/language-client";
import type { LanguageParts } from "../client/language-parts";
import { applyRename, changesOfRename, type FileChange, Refusal } from "./rename";
import { nameProblem } from "./rename-changes";
import "./navigation.css";

/** Let the person give the name at the cursor another name, everywhere. */
export function showRename(view: EditorView, parts: LanguageParts): void {
  attempt(view, parts, async (client) => {
    const word = view.state.wordAt(view.state.selection.main.head);
    const name = word ? view.state.sliceDoc(word.from, word.to) : "";
    if (!word || nameProblem(name) !== null) {
      say(parts, "No name stands here that could be changed.");
      return;
    }
    const place = document.createElement("div");
    document.body.append(place);
    const close = () => {
      render(null, place);
      place.remove();
      view.focus();
    };
    render(<RenameDialog {...{ client, parts, name, close }} offset={word.from} />, place);
  });
}

interface RenameDialogProps {
  client: LanguageClient;
  parts: LanguageParts;
  name: string;
  offset: number;
  close(): void;
}

function RenameDialog({ client, parts, name, offset, close }: RenameDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const preview = useSignal<readonly FileChange[]>([]);
  const problem = useSignal("");
  const asking = useRef(new AbortController());
  /** What the name in the field changes; null where it can be none. */
  const wanted = useRef<Promise<readonly FileChange[] | null>>(Promise.resolve(null));
  useLayoutEffect(() => {
    dialog.current?.showModal();
    field.current?.select();
    ask(name);
    return () => asking.current.abort();
  }, []);
  const ask = (newName: string) => {
    asking.current.abort();
    asking.current = new AbortController();
    const { signal } = asking.current;
    wanted.current = changes(newName, signal);
  };
  const changes = async (newName: string, signal: AbortSignal) => {
    problem.value = nameProblem(newName) ?? "";
    if (problem.value) return null;
    try {
      const found = await changesOfRename(client, parts, offset, name, newName, signal);
      if (!signal.aborted) preview.value = found;
      return found;
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof NoAnswer)) throw error;
      if (!signal.aborted) [preview.value, problem.value] = [[], error.message];
      return null;
    }
  };
  const rename = async () => {
    const newName = field.current?.value ?? "";
    if (newName === name) return dialog.current?.close();
    const found = await wanted.current;
    if (!found) return;
    try {
      await applyRename(found, parts);
      dialog.current?.close();
      tellSaved(found, parts, newName);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problem.value = error.message;
    }
  };
  return (
    <dialog ref={dialog} class="card rename" aria-labelledby="rename-title" onClose={close}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          rename().catch((error: unknown) => parts.report(error));
        }}
      >
        <h2 id="rename-title">
          Rename <code>{name}</code>
        </h2>
        <input
          ref={field}
          type="text"
          class="rename-name"
          aria-label="New name"
          autocomplete="off"
          spellcheck={false}
          defaultValue={name}
          onInput={(event) => ask(event.currentTarget.value)}
        />
        <p class="rename-summary" role="status">
          {problem.value || summary(preview.value)}
        </p>
        <div class="rename-files">
          {preview.value.map((change) => (
            <ChangedFile key={change.label} change={change} />
          ))}
        </div>
        <div class="card-foot">
          <button type="submit" class="button button-primary">
            Rename
          </button>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}

function ChangedFile({ change: { label, file, lines } }: { change: FileChange }) {
  return (
    <section aria-label={label}>
      <h3>
        {label}
        <span class="rename-how">{file.editor ? "" : "saved at once"}</span>
      </h3>
      <ul>
        {lines.map(({ line, parts }) => (
          <li key={line}>
            <span class="rename-line">{line}</span>
            <code>
              {parts.map(({ text, isNew }, index) => (isNew ? <mark key={index}>{text}</mark> : text))}
            </code>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** `5 places in 2 files`. */
function summary(changes: readonly FileChange[]): string {
  const places = changes.reduce((sum, { edits }) => sum + edits.length, 0);
  if (places === 0) return "";
  const files = changes.length === 1 ? "" : ` in ${changes.length} files`;
  return `${places} ${places === 1 ? "place" : "places"}${files}`;
}

/** Undo takes back what is in editors; what was saved elsewhere is said. */
function tellSaved(changes: readonly FileChange[], parts: LanguageParts, newName: string): void {
  const saved = changes.filter(({ file }) => !file.editor).map(({ label }) => label);
  parts.announce(`Renamed to ${newName}: ${summary(changes)}`);
  if (saved.length > 0)
    parts.notices.say({
      subject: "language",
      kind: "note",
      text: `The new name is saved in ${saved.join(", ")} as well. Undo here does not change it there.`,
    });
}
