import type { FileContent } from "../backend/types";
import type { Draft } from "./draft-store";
import { merge3 } from "./merge3";
import { type TextDocument, textOf } from "./text-document";

/** How a draft goes together with what is on disk now. */
export type Recovery =
  | { readonly kind: "obsolete" }
  | {
      /** `upon`: the file is as it was; `merged`: with what changed on disk since; `apart`: both changed the same lines. */
      readonly kind: "upon" | "merged" | "apart" | "gone";
      readonly text: string;
      readonly base: string;
      readonly version: string | null;
    };

/** What becomes of *draft* when *disk* is what the file holds now; null when there is none. */
export function recovery(draft: Draft, disk: FileContent | null): Recovery {
  const { text, base, version, sent = [] } = draft;
  if (!disk) return { kind: version === null ? "upon" : "gone", text, base, version };
  if (textOf(text).eq(textOf(disk.content))) return { kind: "obsolete" };
  if (disk.version === version) return { kind: "upon", text, base, version };
  if (sent.some((one) => textOf(one).eq(textOf(disk.content))))
    return { kind: "upon", text, base: disk.content, version: disk.version };
  const [before, mine, theirs] = [base, text, disk.content].map((one) => [...textOf(one).iterLines()]);
  const { lines, overlaps } = merge3(before ?? [], mine ?? [], theirs ?? []);
  if (overlaps.length > 0) return { kind: "apart", text, base, version };
  return { kind: "merged", text: lines.join("\n"), base: disk.content, version: disk.version };
}

/** Put a recovered text into *file*, which was read from disk a moment ago. */
export function recover(file: TextDocument, found: Exclude<Recovery, { kind: "obsolete" }>): void {
  file.recover(found.text, found.base, found.version);
  if (found.kind === "gone") file.accept(null);
}

/** What was recovered, in words. */
export function recoveredWords(kind: Exclude<Recovery["kind"], "obsolete">, at: Date): string {
  const time = at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  const text = `Unsaved text from ${time} is here again`;
  if (kind === "upon") return `${text}.`;
  if (kind === "merged") return `${text}, together with what changed on disk since.`;
  return kind === "gone"
    ? `${text}; its file was deleted or moved.`
    : `${text}; the file changed on disk since.`;
}
