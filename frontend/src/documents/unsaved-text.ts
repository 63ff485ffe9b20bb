import type { EditorView } from "@codemirror/view";
import type { Notices } from "../ui/notices";
import type { Recovery } from "./draft-recovery";
import type { Drafts } from "./draft-store";
import { DraftKeeper } from "./drafts";
import type { TextDocument } from "./text-document";

/** Where unsaved text is kept, and where it is said that it cannot be. */
export interface DraftParts {
  /** Of the workspace. */
  readonly root: string;
  readonly drafts: Drafts;
  readonly notices: Notices;
}

/** What was recovered of a document, also in words. */
export interface Recovered {
  readonly kind: Exclude<Recovery["kind"], "obsolete">;
  readonly words: string;
}

/** Put what an earlier page left behind into *document*, before it has an editor; null when nothing was. */
export async function recoverDraft(document: TextDocument, parts: DraftParts): Promise<Recovered | null> {
  try {
    return await recoverFrom(document, parts);
  } catch (error) {
    sayNotKept(error, parts.notices);
    return null;
  }
}

async function recoverFrom(
  document: TextDocument,
  { root, drafts, notices }: DraftParts,
): Promise<Recovered | null> {
  const path = document.path.peek() ?? "";
  const disk =
    document.version === null
      ? null
      : { content: document.saved.peek().toString(), version: document.version };
  const left = await drafts.leftBehind(root, path);
  const module = left.length > 0 ? await loadRecovery(notices) : null;
  if (!module) return null;
  for (const draft of left) {
    const found = module.recovery(draft, disk);
    if (found.kind !== "obsolete") {
      module.recover(document, found);
      await drafts.put({ ...draft, page: drafts.page });
      await drafts.remove(draft);
      return { kind: found.kind, words: module.recoveredWords(found.kind, new Date(draft.at)) };
    }
    await drafts.remove(draft);
  }
  return null;
}

/** Few pages find unsaved text, so what puts it together with the file is loaded then; null when it cannot be. */
async function loadRecovery(notices: Notices): Promise<typeof import("./draft-recovery") | null> {
  try {
    return await import("./draft-recovery");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const text = `Unsaved text of an earlier page is still kept, but not shown here (${reason}). Reload the page to have it.`;
    notices.say({ subject: "drafts", kind: "warning", text });
    return null;
  }
}

/** Say what was recovered of *document* and is in *editor* now, and offer the saved text instead. */
export function tellRecovered(
  { words }: Recovered,
  document: TextDocument,
  editor: EditorView,
  notices: Notices,
): void {
  const subject = `recovered ${document.path.peek() ?? ""}`;
  notices.say({
    subject,
    kind: "warning",
    text: words,
    actions: [
      { label: "Keep it", run: () => notices.withdraw(subject) },
      {
        label: "Go back to the saved text",
        run: () => {
          notices.withdraw(subject);
          const changes = { from: 0, to: editor.state.doc.length, insert: document.saved.peek() };
          editor.dispatch({ changes, userEvent: "input.take" });
        },
      },
    ],
  });
}

/** Keep the unsaved text of *document*, and warn who closes the page before it is kept, until what this returns is called. */
export function keepDrafts(document: TextDocument, { root, drafts, notices }: DraftParts): () => void {
  const keeper = new DraftKeeper(document, root, drafts, (error) => sayNotKept(error, notices));
  const warn = (event: BeforeUnloadEvent) => {
    if (document.unsaved.peek() && !keeper.safe.peek()) event.preventDefault();
  };
  const hurry = () => keeper.hurry();
  window.addEventListener("beforeunload", warn);
  window.addEventListener("pagehide", hurry);
  return () => {
    void keeper.close().catch((error: unknown) => sayNotKept(error, notices));
    window.removeEventListener("beforeunload", warn);
    window.removeEventListener("pagehide", hurry);
  };
}

function sayNotKept(error: unknown, notices: Notices): void {
  const reason = error instanceof Error ? error.message : String(error);
  notices.say({
    subject: "drafts",
    kind: "warning",
    text: `This browser does not keep unsaved text (${reason}). Save before you close or reload the page.`,
  });
}
