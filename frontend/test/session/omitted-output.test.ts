import { describe, expect, test, vi } from "vitest";
import type { OutputItem, SessionStatement } from "../../src/backend/types";
import { OmittedOutput } from "../../src/session/omitted-output";
import { placeOfItem, restored } from "../../src/session/results";

/** The displays of one statement, whose data were left out. */
function displays(count: number): OutputItem[] {
  const output = Array.from(
    { length: count },
    (_, n): OutputItem => ({ type: "display", text: `d${n}`, dataOmitted: { "text/html": 9 } }),
  );
  const statement = { runId: "r", nodeIndex: 3, output, state: "done", source: "" } as unknown;
  return [...restored(statement as SessionStatement, 0).output];
}

/** A server that answers when the test says so; `asked` are the items it was asked for. */
function slowServer() {
  const asked: number[] = [];
  const answers: (() => void)[] = [];
  const outputItem = vi.fn(({ item }: { item: number }, signal?: AbortSignal) => {
    asked.push(item);
    return new Promise<OutputItem>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
      answers.push(() =>
        resolve({ type: "display", text: `d${item}`, data: { "text/html": `<b>${item}</b>` } }),
      );
    });
  });
  const omitted = new OmittedOutput(() => ({ outputItem, outputText: async () => "" }));
  return { omitted, asked, answers, outputItem };
}

const ever = new AbortController().signal;

describe("the data of displays that were left out", () => {
  test("are asked for by the item's place, and the whole item has that place too", async () => {
    const [, item] = displays(2);
    const { omitted, answers, outputItem } = slowServer();
    const coming = omitted.data(item as OutputItem, ever);
    answers[0]?.();
    const whole = await coming;
    expect(outputItem.mock.calls[0]?.[0]).toEqual({ runId: "r", nodeIndex: 3, item: 1 });
    expect(whole).toMatchObject({ text: "d1", data: { "text/html": "<b>1</b>" }, dataOmitted: null });
    expect(placeOfItem(whole)).toEqual({ runId: "r", nodeIndex: 3, item: 1 });
  });

  test("are asked for two at a time, what came into sight last before the others", async () => {
    const { omitted, asked, answers } = slowServer();
    const coming = displays(5).map((item) => omitted.data(item, ever));
    expect(asked).toEqual([0, 1]);
    for (let n = 0; n < 5; n += 1) {
      await vi.waitFor(() => expect(answers.length).toBeGreaterThan(n));
      answers[n]?.();
    }
    await Promise.all(coming);
    expect(asked).toEqual([0, 1, 4, 3, 2]);
  });

  test("are not asked for once nobody needs them, and hold up no others", async () => {
    const { omitted, asked, answers } = slowServer();
    const left = new AbortController();
    const coming = displays(5).map((item, n) => omitted.data(item, n < 4 ? left.signal : ever));
    left.abort();
    const settled = Promise.allSettled(coming);
    await vi.waitFor(() => expect(answers.length).toBe(3));
    answers[2]?.();
    expect((await settled).map(({ status }) => status)).toEqual([...Array(4).fill("rejected"), "fulfilled"]);
    expect(asked).toEqual([0, 1, 4]);
  });
});
