/** How tall a tree is, known before its code is loaded. */
import type { OutputItem } from "../../backend/types";
import { TREE } from "../rendering/formats";
import { scale } from "../rendering/scale";

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
