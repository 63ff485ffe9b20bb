import { expect, test, vi } from "vitest";
import type { OutputItem } from "../../src/backend/types";
import { prepare } from "../../src/output/prepare";
import { memoryOf } from "../../src/output/rendering/remembered";
import { item, page } from "./items";

const omitted = (bytes: number): OutputItem => ({
  ...item("display", "x"),
  dataOmitted: { "image/png": bytes },
});

function preparation(wholeItem: (omitted: OutputItem) => Promise<OutputItem>) {
  const pause = vi.fn(async () => undefined);
  const layer = document.createElement("div");
  const signal = new AbortController().signal;
  return { context: { ...page(), wholeItem }, layer, signal, pause, maxFetched: 32_000_000, maxFrames: 8 };
}

test("data that were left out are fetched while nobody waits, as far as there is room for them", async () => {
  const items = [omitted(20_000_000), omitted(20_000_000), omitted(5_000_000)];
  const given = preparation(async (one) => ({ ...one, dataOmitted: null, data: { "image/png": "" } }));
  await prepare(items, given);
  expect(items.map((one) => memoryOf(one).whole !== undefined)).toEqual([true, false, true]);
  expect(given.pause).toHaveBeenCalledTimes(2);
});

test("all of it is fetched where all of it is asked for", async () => {
  const items = [omitted(20_000_000), omitted(20_000_000)];
  const given = preparation(async (one) => ({ ...one, dataOmitted: null, data: { "image/png": "" } }));
  await prepare(items, { ...given, maxFetched: Number.POSITIVE_INFINITY });
  expect(items.map((one) => memoryOf(one).whole !== undefined)).toEqual([true, true]);
});

test("what cannot be fetched holds nothing else up, and is asked for again when it is shown", async () => {
  const items = [omitted(1_000), omitted(2_000)];
  const given = preparation(async (one) => {
    if (one === items[0]) throw new Error("The server does not answer.");
    return { ...one, dataOmitted: null, data: { "image/png": "" } };
  });
  await prepare(items, given);
  expect(items.map((one) => memoryOf(one).whole !== undefined)).toEqual([false, true]);
});
