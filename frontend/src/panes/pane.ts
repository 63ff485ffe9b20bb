import type { EditorView } from "@codemirror/view";
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { FileEvent } from "../backend/types";
import type { OpenDocument } from "../documents/open-document";
import type { LateLanguage } from "../language/late-language";
import type { Session } from "../session/session";
import type { Command } from "../ui/commands";

/** What a tab shows: a script, a text, a preview. Whatever else the page asks of a tab, it asks in these terms. */
export interface Pane {
  /** What one can do in it; registered while it is shown. */
  readonly commands: readonly Command[];
  /** The text that is edited in it; null where nothing is. */
  readonly document: OpenDocument | null;
  /** Where it runs; null where nothing does. */
  readonly session: Session | null;
  /** The editor of its text; null where there is none. */
  readonly editor: EditorView | null;
  /** What is known of the language of its text; absent where nothing is. */
  readonly language?: LateLanguage;
  /** What a screen reader says next. */
  readonly announcement?: ReadonlySignal<string>;
  /** What the window's title says of its last run; empty where that is not worth it. */
  readonly headline?: ReadonlySignal<string>;
  /** What stands beside the title while it is shown. */
  besideTitle?(): ComponentChildren;
  /** What says whether what it shows is true. */
  badge?(): ComponentChildren;
  /** Its part of the status line. */
  status(): ComponentChildren;
  /** It came into sight. */
  shown(): void;
  focus(): void;
  /** A key was pressed anywhere in the page; whoever handles it prevents the default. */
  handleKey(event: KeyboardEvent): void;
  /** Something happened to a file of the workspace, as the session of some script tells. */
  fileChanged(event: FileEvent): void;
  destroy(): void;
}
