import { type ReadonlySignal, signal } from "@preact/signals";
import { type ComponentChildren, render } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { LanguageClient } from "../client/language-client";
import type { LanguageParts } from "../client/language-parts";
import type { ChangedPart } from "./changed-lines";
import { applyChanges, type FileChange, Refusal, summary } from "./file-changes";
import "./changes.css";

export interface ChangesDialogProps {
  title: ComponentChildren;
  /** What the button says that does it. */
  verb: string;
  changes: ReadonlySignal<readonly FileChange[]>;
  /** Why it cannot be done; empty where it can. */
  problem: ReadonlySignal<string>;
  /** What stands above the changes. */
  children?: ComponentChildren;
  /** Returns whether it is done, so that the dialog closes. */
  submit(): Promise<boolean>;
  close(): void;
  report(error: unknown): void;
}

/** Shows what changes in which file, before it does. */
export function ChangesDialog({ title, verb, changes, problem, children, ...acts }: ChangesDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const submit = async () => {
    if (await acts.submit()) dialog.current?.close();
  };
  return (
    <dialog ref={dialog} class="card changes" aria-labelledby="changes-title" onClose={acts.close}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          submit().catch(acts.report);
        }}
      >
        <h2 id="changes-title">{title}</h2>
        {children}
        <p class="changes-summary" role="status">
          {problem.value || summary(changes.value)}
        </p>
        <div class="changes-files">
          {changes.value.map((change) => (
            <ChangedFile key={change.label} change={change} />
          ))}
        </div>
        <div class="card-foot">
          <button type="submit" class="button button-primary">
            {verb}
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
        <span class="changes-how">{file.editor ? "" : "saved at once"}</span>
      </h3>
      <ul>
        {lines.map(({ line, parts }) => (
          <li key={line}>
            <span class="changes-line">{line}</span>
            <code>{parts.map(drawn)}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

function drawn({ text, kind }: ChangedPart, index: number) {
  if (kind === "new") return <mark key={index}>{text}</mark>;
  return kind === "gone" ? <del key={index}>{text}</del> : text;
}

/** Show *dialog* in the page; what it gets takes it away, and gives the focus back to the text. */
export function showDialog(
  { view }: Pick<LanguageClient, "view">,
  dialog: (close: () => void) => ComponentChildren,
): void {
  const place = document.createElement("div");
  document.body.append(place);
  const close = () => {
    render(null, place);
    place.remove();
    view.focus();
  };
  render(dialog(close), place);
}

/** Show *changes*, and do them when the person wants to. */
export function offerChanges(
  client: LanguageClient,
  parts: LanguageParts,
  title: string,
  changes: readonly FileChange[],
  userEvent: string,
): void {
  const problem = signal("");
  const submit = async () => {
    try {
      await applyChanges(changes, parts, userEvent);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problem.value = error.message;
      return false;
    }
  };
  showDialog(client, (close) => (
    <ChangesDialog
      {...{ title, problem, submit, close, report: parts.report }}
      verb="Apply"
      changes={signal(changes)}
    />
  ));
}
