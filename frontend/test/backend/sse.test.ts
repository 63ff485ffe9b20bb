import { expect, test, vi } from "vitest";
import { Unreachable } from "../../src/backend/execution-backend";
import { frames } from "../../src/backend/sse";

/** A body whose pieces arrive as they are given. */
function body(...pieces: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces)
        controller.enqueue(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
      controller.close();
    },
  });
}

async function all(stream: ReadableStream<Uint8Array>): Promise<{ id: string | undefined; data: string }[]> {
  const found = [];
  for await (const { id, data } of frames(stream, 1000)) found.push({ id, data });
  return found;
}

test("frames come with their ids, and comments between them are not frames", async () => {
  expect(await all(body('id: 1\ndata: {"a":1}\n\n: still here\n\nid: 2\ndata: {}\n\n'))).toEqual([
    { id: "1", data: '{"a":1}' },
    { id: "2", data: "{}" },
  ]);
});

test("a frame may arrive in pieces, cut within a character", async () => {
  const bytes = new TextEncoder().encode("data: größe\n\n");
  expect(await all(body(bytes.slice(0, 9), bytes.slice(9, 10), bytes.slice(10)))).toEqual([
    { id: undefined, data: "größe" },
  ]);
});

test("a connection that breaks is told from one that ended", async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new TypeError("network error")),
  });
  await expect(all(broken)).rejects.toThrow(Unreachable);
});

test("a connection that has gone silent counts as broken", async () => {
  vi.useFakeTimers();
  try {
    const reading = all(new ReadableStream<Uint8Array>());
    const failed = expect(reading).rejects.toThrow(Unreachable);
    await vi.advanceTimersByTimeAsync(1000);
    await failed;
  } finally {
    vi.useRealTimers();
  }
});

test("leaving the loop closes the connection", async () => {
  const cancelled = vi.fn();
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\ndata: 2\n\n")),
    cancel: cancelled,
  });
  for await (const { data } of frames(stream, 1000)) {
    expect(data).toBe("1");
    break;
  }
  expect(cancelled).toHaveBeenCalledOnce();
});
