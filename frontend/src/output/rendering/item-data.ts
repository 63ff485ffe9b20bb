/** The data of output items, which may have been left out on their way to the page. */
import type { OutputItem } from "../../backend/types";
import { carryMemory, memoryOf } from "./remembered";
import type { RenderContext } from "./rendering";

/** The formats of *item*, also those whose data were left out of it. */
export function formatsOf({ data, dataOmitted }: OutputItem): string[] {
  return Object.keys(data ?? dataOmitted ?? {});
}

/** *item* with its data, which are asked for once where they were left out of it. */
export async function withData(
  item: OutputItem,
  context: RenderContext,
  signal = new AbortController().signal,
): Promise<OutputItem> {
  if (!item.dataOmitted) return item;
  const memory = memoryOf(item);
  if (memory.whole) return memory.whole;
  if (!context.wholeItem) throw new Error("Nobody can be asked for its data.");
  memory.whole = await context.wholeItem(item, signal);
  carryMemory(item, memory.whole);
  return memory.whole;
}
