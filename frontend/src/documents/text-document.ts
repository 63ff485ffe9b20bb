import { Text } from "@codemirror/state";
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { Refused, type SessionBackend } from "../backend/execution-backend";
import { readIfThere } from "../backend/open-session";
import type { FileContent, VersionResponse } from "../backend/types";
import { differingLines } from "../editor/line-diff";

/** A text and its file: what is on disk as far as the page knows, and what saving it needs. */
export class TextDocument {
  readonly path: Signal<string | null>;
  /** The text in the editor. */
  readonly text: Signal<Text>;
  readonly saved: Signal<Text>;
  /** Whether the file was there and is gone: then all of the text is nowhere but here. */
  readonly missing: Signal<boolean> = signal(false);
  readonly unsaved: ReadonlySignal<boolean>;
  #known: string | null;
  /** The line breaks of the saved text, in order. */
  #lineBreaks: readonly string[];
  #saving: Promise<unknown> | null = null;
  /** What was sent to be saved upon the known version and may have been: there is no answer yet, or none came. */
  readonly sent: Signal<readonly Text[]> = signal([]);

  /** *content* is null for a file that does not exist yet. */
  constructor(path: string | null, content: FileContent | null) {
    const text = textOf(content?.content ?? "");
    this.path = signal(path);
    this.text = signal(text);
    this.saved = signal(text);
    this.#known = content?.version ?? null;
    this.#lineBreaks = lineBreaksOf(content?.content ?? "");
    this.unsaved = computed(() => this.missing.value || !this.text.value.eq(this.saved.value));
  }

  /** The version on disk that a save replaces; null when there is to be no file. */
  get version(): string | null {
    return this.#known;
  }

  /** Whether a save is under way, so that nobody can tell whose version is heard of. */
  get isSaving(): boolean {
    return this.#saving !== null;
  }

  /** Resolves when no save is under way. */
  async settled(): Promise<void> {
    while (this.#saving) await this.#saving;
  }

  /** Whether *theirs*, which is on disk, is what was saved from here, though nobody heard that it was. */
  isOwn(theirs: Text): boolean {
    return this.sent.peek().some((text) => text.eq(theirs));
  }

  /** Save the text under its path, or under a new one, which must not exist. Throws `Conflict` rather than overwrite. */
  async save(backend: FileStore, newPath?: string): Promise<VersionResponse> {
    // Of several that wait, the next begins at once; meanwhile the file may have got another name.
    while (this.#saving) await this.settled();
    const path = newPath ?? this.path.peek();
    if (path === null) throw new Error("A script without a name cannot be saved.");
    const writing = this.#write(backend, path, newPath !== undefined);
    this.#saving = writing.catch(() => undefined); // whoever saves hears of a failure; here only the end matters
    try {
      return await writing;
    } finally {
      this.#saving = null;
    }
  }

  async #write(backend: FileStore, path: string, isNew: boolean): Promise<VersionResponse> {
    const text = this.text.peek();
    const lines = [...text.iterLines()];
    const breaks = carriedOver(this.#lineBreaks, [...this.saved.peek().iterLines()], lines);
    const content = lines.map((line, index) => line + (breaks[index] ?? "")).join("");
    const before = this.sent.peek();
    this.sent.value = [...before, text];
    let written: VersionResponse;
    try {
      written = await backend.writeFile(path, content, isNew ? null : this.#known);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.sent.value = before;
      if (error.status !== 409) throw error;
      throw new Conflict(path, error.message, await readIfThere(backend, path));
    }
    batch(() => {
      this.#setKnown(written.version);
      if (isNew) this.path.value = path;
      this.missing.value = false;
      this.saved.value = text;
      this.#lineBreaks = breaks;
    });
    return written;
  }

  /** Begin with *content* rather than with what is on disk. */
  restore(content: string): void {
    this.text.value = textOf(content);
  }

  /** From now on *theirs* is what a save replaces: the person has seen it. Null: the file is gone. */
  accept(theirs: FileContent | null): void {
    this.#setKnown(theirs?.version ?? null);
    this.missing.value = theirs === null;
    if (!theirs) return;
    this.#lineBreaks = lineBreaksOf(theirs.content);
    this.saved.value = textOf(theirs.content);
  }

  /** Go on with text that was typed before a reload, upon the version of the file that it was typed upon. */
  recover(text: string, base: string, version: string | null): void {
    this.text.value = textOf(text);
    this.saved.value = textOf(base);
    this.#setKnown(version);
  }

  #setKnown(version: string | null): void {
    if (version !== this.#known) this.sent.value = [];
    this.#known = version;
  }
}

/** What reads and saves files. */
export type FileStore = Pick<SessionBackend, "readFile" | "writeFile">;

/** The file was changed by somebody else since it was read; *theirs* is null when it was deleted. */
export class Conflict extends Error {
  constructor(
    readonly path: string,
    message: string,
    readonly theirs: FileContent | null,
  ) {
    super(message);
    this.name = "Conflict";
  }
}

/** Lines as Python and the editor count them. */
export function textOf(content: string): Text {
  return Text.of(content.split(/\r\n?|\n/));
}

function lineBreaksOf(content: string): readonly string[] {
  return content.match(/\r\n?|\n/g) ?? [];
}

/** The line breaks of *lines*: those of *saved* keep theirs (*breaks*), others have the one that most of them have. */
function carriedOver(
  breaks: readonly string[],
  saved: readonly string[],
  lines: readonly string[],
): readonly string[] {
  const windows = breaks.filter((one) => one === "\r\n").length;
  const usual = windows > breaks.length / 2 ? "\r\n" : "\n";
  const kept: string[] = Array(lines.length - 1).fill(usual);
  // Nearly all files have one kind, and need no comparison.
  if (breaks.every((one) => one === usual)) return kept;
  let [old, own] = [0, 0];
  const end = { fromA: saved.length, toA: saved.length, fromB: lines.length, toB: lines.length };
  for (const { fromA, toA, fromB, toB } of [...differingLines(saved, lines), end]) {
    for (; own < fromB && old < fromA; own += 1, old += 1) {
      if (own < kept.length) kept[own] = breaks[old] ?? usual;
    }
    [old, own] = [toA, toB];
  }
  return kept;
}
