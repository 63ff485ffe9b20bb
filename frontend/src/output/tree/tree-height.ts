/** How tall a tree is, known before its code is loaded. */
import type { OutputItem } from "../../backend/types";
import { scale } from "../rendering/scale";

/** The MIME type of an object that can be asked for its parts. */
export const TREE = "application/vnd.rdit.tree+json";
/** Children shown when a branch opens. */
export const FIRST = 20;
const LINE = 21;

/** The height in pixels of the tree of *item* when none of its lines wraps; null when it is no tree. */
export function treeHeight(item: OutputItem): number | null {
  const data = item.data?.[TREE] as { root?: { children?: unknown; length?: unknown } } | undefined;
  if (typeof data?.root !== "object" || data.root === null) return null;
  const { children, length } = data.root;
  const shown = Array.isArray(children) ? Math.min(children.length, FIRST) : 0;
  const hasMore = typeof length === "number" && length > shown;
  return (1 + shown + (hasMore ? 1 : 0)) * LINE * scale();
}
