import type { ReadonlySignal, Signal } from "@preact/signals";
import type { FileEvent } from "../backend/types";
import type { Commands } from "../ui/commands";
import type { Notices } from "../ui/notices";
import type { FileService } from "./file-service";

/** The files that are open, as far as the panel, quick open and uploads need to know. */
export interface OpenFiles {
  readonly activePath: ReadonlySignal<string | null>;
  /** Paths of files that were opened lately, the latest first. */
  readonly recent: ReadonlySignal<readonly string[]>;
  /** Open the file at *path*, or show the tab that has it. */
  open(path: string): Promise<void>;
  /** This page has renamed *old*. */
  renamed(old: string, now: string): void;
  /** This page has put *path* into the trash. */
  deleted(path: string): void;
  /** Call *listener* with what happens to files, until what this returns is called. */
  onFileChange(listener: (event: FileEvent) => void): () => void;
}

/** What the panel, quick open and uploads work with. */
export interface FilesContext {
  readonly service: FileService;
  readonly opened: OpenFiles;
  /** Whether the drawer is open that has the panel. */
  readonly panel: Signal<boolean>;
  /** What the drawer shows. */
  readonly drawer: Signal<"files" | "outline">;
  readonly commands: Commands;
  readonly notices: Notices;
  /** Say why something could not be done. */
  report(error: unknown): void;
}
