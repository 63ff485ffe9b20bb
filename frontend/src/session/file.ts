import { Text } from "@codemirror/state";
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { Refused, type SessionBackend } from "../backend/execution-backend";
import type { FileAnswer } from "../backend/types";

/** The file of a script: what is on disk as far as the page knows, and what saving it needs. */
export class ScriptFile {
  readonly path: Signal<string | null>;
  /** The text in the editor. */
  readonly text: Signal<Text>;
  readonly saved: Signal<Text>;
  readonly unsaved: ReadonlySignal<boolean>;
  private version: string | null;
  private lineBreak: string;

  /** *content* is null for a file that does not exist yet. */
  constructor(path: string | null, content: FileAnswer | null) {
    const text = textOf(content?.content ?? "");
    this.path = signal(path);
    this.text = signal(text);
    this.saved = signal(text);
    this.version = content?.version ?? null;
    this.lineBreak = lineBreakOf(content?.content ?? "");
    this.unsaved = computed(() => !this.text.value.eq(this.saved.value));
  }

  /** Save the text under its path, or under a new one, which must not exist. Throws `Conflict` rather than overwrite. */
  async save(backend: SessionBackend, newPath?: string): Promise<void> {
    const path = newPath ?? this.path.peek();
    if (path === null) throw new Error("A script without a name cannot be saved.");
    const text = this.text.peek();
    const content = [...text.iterLines()].join(this.lineBreak);
    try {
      const version = newPath === undefined ? this.version : null;
      this.version = (await backend.writeFile(path, content, version)).version;
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 409) throw error;
      throw new Conflict(path, error.message, await readIfThere(backend, path));
    }
    this.path.value = path;
    this.saved.value = text;
  }

  /** Begin with *content* rather than with what is on disk. */
  restore(content: string): void {
    this.text.value = textOf(content);
  }

  /** From now on *theirs* is what a save replaces: the person has seen it. */
  accept(theirs: FileAnswer | null): void {
    this.version = theirs?.version ?? null;
    this.saved.value = textOf(theirs?.content ?? "");
  }
}

/** The file was changed by somebody else since it was read; *theirs* is null when it was deleted. */
export class Conflict extends Error {
  constructor(
    readonly path: string,
    message: string,
    readonly theirs: FileAnswer | null,
  ) {
    super(message);
    this.name = "Conflict";
  }
}

/** The file at *path*, or null when there is none. */
export async function readIfThere(backend: SessionBackend, path: string): Promise<FileAnswer | null> {
  try {
    return await backend.readFile(path);
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return null;
    throw error;
  }
}

/** Lines as Python and the editor count them. */
export function textOf(content: string): Text {
  return Text.of(content.split(/\r\n?|\n/));
}

/** The line break that a file keeps: the one that most of its lines have. */
function lineBreakOf(content: string): string {
  const all = content.match(/\r\n|\r|\n/g) ?? [];
  const windows = all.filter((lineBreak) => lineBreak === "\r\n").length;
  return windows > all.length / 2 ? "\r\n" : "\n";
}
