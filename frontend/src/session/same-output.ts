/** Whether a statement that runs again shows what it has shown before: then nothing of it need be drawn anew. */
import type { OutputItem } from "../backend/types";

/** Whether *one* and *two* look the same, and nothing behind them would have to be asked of another run. */
export function isSameItem(one: OutputItem, two: OutputItem): boolean {
  return one.text === two.text && isSameBesideText(one, two);
}

/** Whether *so far* may become what *before* was, if more of the same comes. */
export function beginsAs(soFar: readonly OutputItem[], before: readonly OutputItem[]): boolean {
  return (
    soFar.length <= before.length &&
    soFar.every((item, index) => {
      const was = before[index] as OutputItem;
      const isLast = index === soFar.length - 1;
      return (
        isSameBesideText(item, was) && (isLast ? was.text.startsWith(item.text) : was.text === item.text)
      );
    })
  );
}

function isSameBesideText(one: OutputItem, two: OutputItem): boolean {
  return (
    one.type === two.type &&
    Boolean(one.late) === Boolean(two.late) &&
    // What was left out is asked for by the name of its run.
    !(one.omitted || two.omitted || one.dataOmitted || two.dataOmitted) &&
    isSameValue(one.data ?? null, two.data ?? null) &&
    isSameValue(one.metadata ?? null, two.metadata ?? null)
  );
}

function isSameValue(one: unknown, two: unknown): boolean {
  if (one === two) return true;
  if (typeof one !== "object" || typeof two !== "object" || one === null || two === null) return false;
  if (Array.isArray(one) !== Array.isArray(two)) return false;
  const [keys, others] = [Object.keys(one), Object.keys(two)];
  return (
    keys.length === others.length &&
    keys.every((key) =>
      isSameValue((one as Record<string, unknown>)[key], (two as Record<string, unknown>)[key]),
    )
  );
}
