import { createParser, type EventSourceMessage } from "eventsource-parser";
import { Unreachable } from "./execution-backend";
import { isAbort } from "./http";

/**
 * The frames of a `text/event-stream` answer, as they arrive.
 *
 * Throws `Unreachable` when the connection breaks, or when not even a keep-alive comment came for *silence*
 * milliseconds: a connection can be dead without either end being told. Leaving the loop closes the connection.
 */
export async function* frames(
  body: ReadableStream<Uint8Array>,
  silence: number,
): AsyncGenerator<EventSourceMessage> {
  const arrived: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (frame) => arrived.push(frame) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await within(silence, reader.read());
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* arrived.splice(0);
    }
  } finally {
    // Whoever leaves early is done with the stream; that cancelling a broken one fails too tells nobody anything.
    reader.cancel().catch(() => undefined);
  }
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unreachable("The server has gone silent.")), milliseconds);
  });
  try {
    return await Promise.race([promise, silent]);
  } catch (error) {
    if (error instanceof Unreachable || isAbort(error)) throw error;
    throw new Unreachable("The connection to the server broke.", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
