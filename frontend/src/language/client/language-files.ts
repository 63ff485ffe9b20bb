import type { EditorView } from "@codemirror/view";

/** A file of the workspace as it is at present: in its tab, else on disk. */
export interface FileText {
  readonly content: string;
  /** Of the tab that it is open in; null where it is in none. */
  readonly editor: EditorView | null;
  /** On disk, of what `content` was read from; null where it is in a tab. */
  readonly version: string | null;
  /** Whether the language servers have this text, rather than what was saved last. */
  readonly isKnown: boolean;
}

/** Other files than the one that is asked about. */
export interface LanguageFiles {
  /** The person goes to another file, and may want to come back to where they are. */
  leave(): void;
  /** Show the file at *path* of the workspace; its editor, or null where it has none. */
  open(path: string): Promise<EditorView | null>;
  /** Show a file from outside of the workspace that a language server has named, to be read. */
  openSource(uri: string): Promise<EditorView | null>;
  read(path: string): Promise<FileText>;
  /** Save *content* over *version*, and over nothing else; returns the version that it is now. */
  write(path: string, content: string, version: string): Promise<string>;
}
