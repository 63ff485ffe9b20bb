import { type ChangeSet, type Text, Transaction } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Signal } from "@preact/signals";
import { Unreachable } from "../backend/execution-backend";
import type { FileAnswer, FileEvent } from "../backend/types";
import type { Notices } from "../ui/notices";
import { changesBetween } from "./line-diff";
import { type Merged, merge3 } from "./merge3";
import { type ScriptFile, textOf } from "./text-document";

/** The versions among which a person chooses. */
export interface Versions {
  readonly path: string;
  readonly mine: string;
  readonly theirs: string;
  /** What does not overlap from both, and mine where they overlap. */
  readonly merged: string;
  readonly overlaps: number;
}

export interface OutsideParts {
  file: ScriptFile;
  notices: Notices;
  /** Set while the person has to choose between versions. */
  undecided: Signal<boolean>;
  editor(): EditorView;
  /** The file at *path*, or null when there is none. */
  read(path: string): Promise<FileAnswer | null>;
  save(): void;
  /** Show the versions side by side; resolves to the text that the person settles on, or null. */
  compare(versions: Versions): Promise<string | null>;
  /** Something went wrong that the person should know. */
  report(error: unknown): void;
  /** The text is what somebody else made of it, by *changes*. */
  cameIn(changes: ChangeSet): void;
}

/**
 * Brings what others do to a file into the editor that has it open.
 *
 * What changed is applied as the smallest change, so that cursor, scroll position, undo history and results stay with
 * their lines. What was typed is never replaced: it is merged line by line, upon the text that was saved last, and
 * where both changed the same lines the person chooses.
 */
export class OutsideChanges {
  private looking: Promise<void> | null = null;
  private outdated = false;

  constructor(private readonly parts: OutsideParts) {}

  /** Something happened to a file of the workspace. */
  heard(event: FileEvent): void {
    const { file } = this.parts;
    if (event.path !== file.path.peek()) return;
    // A save of our own may be told before its answer is here.
    void file.settled().then(() => {
      if (event.version === undefined || event.version !== file.version || file.missing.peek())
        return this.look();
    });
  }

  /** Look what the file is now, and take what is new. Whoever asks meanwhile gets one more look. */
  look(): Promise<void> {
    this.outdated = true;
    this.looking ??= this.lookAll().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  private async lookAll(): Promise<void> {
    const { file } = this.parts;
    try {
      while (this.outdated) {
        this.outdated = false;
        await file.settled();
        const path = file.path.peek();
        if (path === null) return;
        const [before, theirs] = [file.version, await this.parts.read(path)];
        // Whatever was read while a save went on, or under another name, says nothing.
        if (file.isSaving || file.version !== before || file.path.peek() !== path) this.outdated = true;
        else this.take(path, theirs);
      }
    } catch (error) {
      // Without a connection there is a notice already, and the next look comes when it is back.
      if (!(error instanceof Unreachable)) this.parts.report(error);
    }
  }

  /** *theirs* is what is on disk. Returns whether nothing stands in the way of saving. */
  take(path: string, theirs: FileAnswer | null): boolean {
    const { file } = this.parts;
    if (theirs === null) {
      this.lose(path);
      return false;
    }
    const wasMissing = file.missing.peek();
    if (theirs.version === file.version || (wasMissing && this.isAsSaved(theirs))) {
      file.accept(theirs);
      this.withdraw();
      if (wasMissing) this.say(`${path} is back on disk, as it was.`);
      return true;
    }
    const mine = file.text.peek();
    const text = textOf(theirs.content);
    if (mine.eq(file.saved.peek()) || mine.eq(text)) {
      this.accept(theirs, text);
      if (wasMissing) this.say(`${path} is back on disk, changed; this is its text now.`);
      return true;
    }
    const merged = mergedText(file.saved.peek(), mine, text);
    if (merged.overlaps.length > 0) {
      this.offerChoices(path, theirs, merged);
      return false;
    }
    this.accept(theirs, textOf(merged.lines.join("\n")));
    this.say(
      `${path} was changed on disk. Its changes and yours were put together; yours are not saved yet.`,
    );
    return true;
  }

  private isAsSaved(theirs: FileAnswer): boolean {
    return textOf(theirs.content).eq(this.parts.file.saved.peek());
  }

  private accept(theirs: FileAnswer, text: Text): void {
    const editor = this.parts.editor();
    const changes = changesBetween(editor.state.doc, text);
    this.parts.file.accept(theirs);
    this.withdraw();
    if (changes.empty) return;
    // Undo takes back what was typed here, and nobody else's work.
    editor.dispatch({
      changes,
      annotations: [Transaction.addToHistory.of(false), Transaction.remote.of(true)],
    });
    this.parts.cameIn(changes);
  }

  private lose(path: string): void {
    const { file, notices } = this.parts;
    // A script that was never saved is not missed.
    if (file.version === null && !file.missing.peek()) return;
    file.accept(null);
    notices.say({
      subject: SUBJECT,
      kind: "warning",
      text: `${path} was deleted or moved. Its text is kept here, and only here.`,
      actions: [{ label: "Write it again", run: () => this.parts.save() }],
    });
  }

  /** Nothing is overwritten unasked, and whatever is chosen, undo brings the other text back. */
  private offerChoices(path: string, theirs: FileAnswer, { overlaps }: Merged): void {
    this.parts.undecided.value = true;
    const places = overlaps.length === 1 ? "at a place" : `at ${overlaps.length} places`;
    this.parts.notices.say({
      subject: SUBJECT,
      kind: "warning",
      text: `${path} was changed on disk ${places} that you changed as well, so neither is saved over the other.`,
      actions: [
        { label: "Compare", run: () => void this.settle(path, theirs) },
        { label: "Take theirs", run: () => this.choose(theirs, theirs.content) },
        {
          label: "Overwrite it with mine",
          run: () => {
            this.withdraw();
            this.parts.file.accept(theirs);
            this.parts.save();
          },
        },
      ],
    });
  }

  private async settle(path: string, theirs: FileAnswer): Promise<void> {
    const { file } = this.parts;
    const mine = file.text.peek();
    const text = textOf(theirs.content);
    const merged = mergedText(file.saved.peek(), mine, text);
    const chosen = await this.parts.compare({
      path,
      mine: mine.toString(),
      theirs: text.toString(),
      merged: merged.lines.join("\n"),
      overlaps: merged.overlaps.length,
    });
    if (chosen !== null) this.choose(theirs, chosen);
  }

  private choose(theirs: FileAnswer, text: string): void {
    const editor = this.parts.editor();
    this.withdraw();
    this.parts.file.accept(theirs);
    const changes = changesBetween(editor.state.doc, textOf(text));
    editor.dispatch({ changes, userEvent: "input.take" });
  }

  private withdraw(): void {
    this.parts.undecided.value = false;
    this.parts.notices.withdraw(SUBJECT);
  }

  private say(text: string): void {
    this.parts.notices.say({ subject: SUBJECT, kind: "note", text });
  }
}

function mergedText(base: Text, mine: Text, theirs: Text): Merged {
  return merge3([...base.iterLines()], [...mine.iterLines()], [...theirs.iterLines()]);
}

const SUBJECT = "file";
