import { type ChangeSet, type Text, Transaction, type TransactionSpec } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { batch, type Signal } from "@preact/signals";
import { Unreachable } from "../backend/execution-backend";
import { readIfThere } from "../backend/open-session";
import type { FileContent, FileEvent } from "../backend/types";
import { changesBetween } from "../editor/line-diff";
import type { Notices } from "../ui/notices";
import { type Merged, merge3 } from "./merge3";
import { type FileStore, type TextDocument, textOf } from "./text-document";

export interface ExternalChangesParts {
  document: TextDocument;
  notices: Notices;
  /** Set while the person has to choose between versions. */
  undecided: Signal<boolean>;
  editor(): EditorView;
  /** What reads the file. */
  store(): FileStore;
  save(): void;
  /** Say why something could not be done. */
  report(subject: string, error: unknown): void;
  /** The text is what somebody else made of it, by *changes*. */
  changedOutside(changes: ChangeSet): void;
}

/**
 * External changes of a file: merged into the editor that has it open.
 *
 * What changed is applied as the smallest change, so that cursor, scroll position, undo history and results stay with
 * their lines. What was typed is never replaced: it is merged line by line, upon the text that was saved last, and
 * where both changed the same lines the person chooses.
 */
export class ExternalChanges {
  #looking: Promise<void> | null = null;
  #outdated = false;

  constructor(private readonly parts: ExternalChangesParts) {}

  /** Something happened to the file. */
  fileChanged(event: FileEvent): void {
    const { document } = this.parts;
    // A save of our own may be told before its answer is here.
    void document.settled().then(() => {
      if (event.version === undefined || event.version !== document.version || document.missing.peek())
        return this.look();
    });
  }

  /** Look what the file is now, and take what is new. Whoever asks meanwhile gets one more look. */
  look(): Promise<void> {
    this.#outdated = true;
    this.#looking ??= this.#lookAll().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #lookAll(): Promise<void> {
    const { document } = this.parts;
    try {
      while (this.#outdated) {
        this.#outdated = false;
        await document.settled();
        const path = document.path.peek();
        if (path === null) return;
        const [before, theirs] = [document.version, await readIfThere(this.parts.store(), path)];
        // Whatever was read while a save went on, or under another name, says nothing.
        if (document.isSaving || document.version !== before || document.path.peek() !== path)
          this.#outdated = true;
        else this.take(path, theirs);
      }
    } catch (error) {
      // Without a connection there is a notice already, and the next look comes when it is back.
      if (!(error instanceof Unreachable)) this.parts.report(SUBJECT, error);
    }
  }

  /** *theirs* is what is on disk. Returns whether nothing stands in the way of saving. */
  take(path: string, theirs: FileContent | null): boolean {
    const { document } = this.parts;
    if (theirs === null) {
      this.#lose(path);
      return false;
    }
    const wasMissing = document.missing.peek();
    if (theirs.version === document.version || (wasMissing && this.#isAsSaved(theirs))) {
      document.accept(theirs);
      this.#withdraw();
      if (wasMissing) this.#say(`${path} is back on disk, as it was.`);
      return true;
    }
    const mine = document.text.peek();
    const text = textOf(theirs.content);
    if (document.isOwn(text)) {
      document.accept(theirs);
      this.#withdraw();
      return true;
    }
    if (mine.eq(document.saved.peek()) || mine.eq(text)) {
      this.#accept(theirs, text);
      if (wasMissing) this.#say(`${path} is back on disk, changed; this is its text now.`);
      return true;
    }
    const merged = mergedText(document.saved.peek(), mine, text);
    if (merged.overlaps.length > 0) {
      this.#offerChoices(path, theirs, merged);
      return false;
    }
    this.#accept(theirs, textOf(merged.lines.join("\n")));
    this.#say(
      `${path} was changed on disk. Its changes and yours were put together; yours are not saved yet.`,
    );
    return true;
  }

  #isAsSaved(theirs: FileContent): boolean {
    return textOf(theirs.content).eq(this.parts.document.saved.peek());
  }

  #accept(theirs: FileContent, text: Text): void {
    const editor = this.parts.editor();
    const changes = changesBetween(editor.state.doc, text);
    // Undo takes back what was typed here, and nobody else's work.
    const annotations = [Transaction.addToHistory.of(false), Transaction.remote.of(true)];
    this.#put(theirs, { changes, annotations });
    if (!changes.empty) this.parts.changedOutside(changes);
  }

  #lose(path: string): void {
    const { document, notices } = this.parts;
    // A script that was never saved is not missed.
    if (document.version === null && !document.missing.peek()) return;
    document.accept(null);
    notices.say({
      subject: SUBJECT,
      kind: "warning",
      text: `${path} was deleted or moved. Its text is kept here, and only here.`,
      actions: [{ label: "Write it again", run: () => this.parts.save() }],
    });
  }

  /** Nothing is overwritten unasked, and whatever is chosen, undo brings the other text back. */
  #offerChoices(path: string, theirs: FileContent, { overlaps }: Merged): void {
    this.parts.undecided.value = true;
    const places = overlaps.length === 1 ? "at a place" : `at ${overlaps.length} places`;
    this.parts.notices.say({
      subject: SUBJECT,
      kind: "warning",
      text: `${path} was changed on disk ${places} that you changed as well, so neither is saved over the other.`,
      actions: [
        { label: "Compare", run: () => void this.#settle(path, theirs) },
        { label: "Take theirs", run: () => this.#choose(theirs, theirs.content) },
        {
          label: "Overwrite it with mine",
          run: () => {
            this.#withdraw();
            this.parts.document.accept(theirs);
            this.parts.save();
          },
        },
      ],
    });
  }

  async #settle(path: string, theirs: FileContent): Promise<void> {
    const { document } = this.parts;
    const mine = document.text.peek();
    const text = textOf(theirs.content);
    const merged = mergedText(document.saved.peek(), mine, text);
    const chosen = await (await import("./conflict-view")).compare({
      path,
      mine: mine.toString(),
      theirs: text.toString(),
      merged: merged.lines.join("\n"),
      overlaps: merged.overlaps.length,
    });
    if (chosen !== null) this.#choose(theirs, chosen);
  }

  #choose(theirs: FileContent, text: string): void {
    const changes = changesBetween(this.parts.editor().state.doc, textOf(text));
    this.#put(theirs, { changes, userEvent: "input.take" });
  }

  /** Both at once: a draft of what is here without what is in *theirs*, upon their version, would take it away. */
  #put(theirs: FileContent, put: TransactionSpec & { readonly changes: ChangeSet }): void {
    this.#withdraw();
    batch(() => {
      this.parts.document.accept(theirs);
      if (!put.changes.empty) this.parts.editor().dispatch(put);
    });
  }

  #withdraw(): void {
    this.parts.undecided.value = false;
    this.parts.notices.withdraw(SUBJECT);
  }

  #say(text: string): void {
    this.parts.notices.say({ subject: SUBJECT, kind: "note", text });
  }
}

function mergedText(base: Text, mine: Text, theirs: Text): Merged {
  return merge3([...base.iterLines()], [...mine.iterLines()], [...theirs.iterLines()]);
}

const SUBJECT = "file";
