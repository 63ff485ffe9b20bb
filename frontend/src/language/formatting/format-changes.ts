/** What a formatter has changed, statement by statement, so that what belongs to one stays with it. */
import { pythonLanguage } from "@codemirror/lang-python";
import { ChangeSet, type Text } from "@codemirror/state";
import { changesBetween } from "../../editor/line-diff";

interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The changes that turn *before* into *after*, which a formatter has made of it.
 *
 * A formatter keeps the statements and their order, so each is compared with what became of it alone. Compared as a whole,
 * a line that was formatted and then equals its neighbour is taken for that neighbour, with whatever stands below it.
 */
export function formatChanges(before: Text, after: Text): ChangeSet {
  if (before.eq(after)) return ChangeSet.empty(before.length);
  const [ours, theirs] = [statementsIn(before), statementsIn(after)];
  if (ours.length !== theirs.length) return changesBetween(before, after);
  const changes: { from: number; to: number; insert: Text }[] = [];
  let [at, now] = [0, 0];
  const compare = (end: number, endNow: number) => {
    const [old, made] = [before.slice(at, end), after.slice(now, endNow)];
    if (!old.eq(made))
      changesBetween(old, made).iterChanges(
        (from, to, _, __, insert) => changes.push({ from: at + from, to: at + to, insert }),
        true,
      );
    [at, now] = [end, endNow];
  };
  for (const [index, own] of ours.entries()) {
    const made = theirs[index] as Span;
    compare(own.from, made.from);
    compare(own.to, made.to);
  }
  compare(before.length, after.length);
  return ChangeSet.of(changes, before.length);
}

/** The top-level statements; a parser of its own, since the editor's may not have read the whole text. */
function statementsIn(text: Text): Span[] {
  const words = text.toString();
  const spans: Span[] = [];
  const tree = pythonLanguage.parser.parse(words);
  for (let node = tree.topNode.firstChild; node; node = node.nextSibling) {
    if (node.name === "Comment") continue;
    // A block ends with the line breaks that follow it.
    const length = words.slice(node.from, node.to).trimEnd().length;
    if (length > 0) spans.push({ from: node.from, to: node.from + length });
  }
  return spans;
}
