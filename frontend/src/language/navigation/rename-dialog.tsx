import type { EditorView } from "@codemirror/view";
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { ChangesDialog, showDialog } from "../changes/changes-dialog";
import { applyChanges, type FileChange, Refusal, summary } from "../changes/file-changes";
import { attempt, say } from "../client/attempt";
import { type LanguageClient, NoAnswer } from "../client/language-client";
import type { LanguageParts } from "../client/language-parts";
import { changesOfRename, nameProblem } from "./rename";
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
    showDialog(client, (close) => <RenameDialog {...{ client, parts, name, close }} offset={word.from} />);
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
  const field = useRef<HTMLInputElement>(null);
  const preview = useSignal<readonly FileChange[]>([]);
  const problem = useSignal("");
  const asking = useRef(new AbortController());
  /** What the name in the field changes; null where it can be none. */
  const wanted = useRef<Promise<readonly FileChange[] | null>>(Promise.resolve(null));
  useLayoutEffect(() => {
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
    if (newName === name) return true;
    const found = await wanted.current;
    if (!found) return false;
    try {
      await applyChanges(found, parts, "rename");
      parts.announce(`Renamed to ${newName}: ${summary(found)}`);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problem.value = error.message;
      return false;
    }
  };
  const title = (
    <>
      Rename <code>{name}</code>
    </>
  );
  return (
    <ChangesDialog
      {...{ title, problem, close, report: parts.report }}
      verb="Rename"
      changes={preview}
      submit={rename}
    >
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
    </ChangesDialog>
  );
}
