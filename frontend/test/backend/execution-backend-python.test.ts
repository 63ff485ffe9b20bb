import { afterEach, describe, expect, test, vi } from "vitest";
import { type Expression, Refused, Unreachable } from "../../src/backend/execution-backend";
import { PythonExecutionBackend } from "../../src/backend/execution-backend-python";
import { openSession } from "../../src/backend/open-session";

const server = { url: "http://127.0.0.1:9000/", token: "secret" };

/** Answer every request with what *answer* gives, and keep the requests. */
function serve(answer: () => Response | Promise<Response>): Request[] {
  const requests: Request[] = [];
  vi.stubGlobal("fetch", async (url: URL, options: RequestInit) => {
    requests.push(new Request(url, options));
    return answer();
  });
  return requests;
}

function stream(...events: object[]): Response {
  const text = events.map((event, index) => `id: ${index + 1}\ndata: ${JSON.stringify(event)}\n\n`).join("");
  return new Response(text, { headers: { "Content-Type": "text/event-stream" } });
}

afterEach(() => vi.unstubAllGlobals());

describe("executeScript", () => {
  test("yields every statement when it is planned and again with its result", async () => {
    const run = { runId: "r" };
    const requests = serve(() =>
      stream(
        {
          type: "plan",
          ...run,
          statements: [
            { nodeIndex: 0, lineStart: 1, lineEnd: 1, source: "x = 1" },
            { nodeIndex: 1, lineStart: 2, lineEnd: 3, source: "x + 1" },
          ],
        },
        {
          type: "result",
          ...run,
          nodeIndex: 0,
          lineStart: 1,
          lineEnd: 1,
          isInvisible: true,
          durationMs: 0,
          endedAt: 0,
        },
        { type: "output", ...run, nodeIndex: 1, index: 0, item: { type: "stdout", text: "2" } },
        { type: "output", ...run, nodeIndex: 1, index: 0, item: { type: "stdout", text: "\n" } },
        {
          type: "result",
          ...run,
          nodeIndex: 1,
          lineStart: 2,
          lineEnd: 3,
          isInvisible: false,
          durationMs: 0,
          endedAt: 0,
        },
        { type: "complete", ...run, status: "ok" },
      ),
    );
    const seen: Expression[] = [];
    const backend = new PythonExecutionBackend(server, "s");
    for await (const expression of backend.executeScript("x = 1\n(x\n+ 1)", {
      lineRange: { from: 1, to: 3 },
    }))
      seen.push(structuredClone(expression));
    expect(seen).toEqual([
      { id: "r:0", lineStart: 1, lineEnd: 1 },
      { id: "r:1", lineStart: 2, lineEnd: 3 },
      { id: "r:0", lineStart: 1, lineEnd: 1, result: { output: [], isInvisible: true } },
      {
        id: "r:1",
        lineStart: 2,
        lineEnd: 3,
        result: { output: [{ type: "stdout", text: "2\n" }], isInvisible: false },
      },
    ]);
    expect(await requests[0]?.json()).toMatchObject({
      sessionId: "s",
      live: true,
      lineRange: { from: 1, to: 3 },
    });
  });

  test("throws when rdit itself fails", async () => {
    serve(() => stream({ type: "error", message: "The interpreter does not start." }));
    const running = new PythonExecutionBackend(server, "s").executeScript("1");
    await expect(running.next()).rejects.toThrow("The interpreter does not start.");
  });
});

test("every request carries the token in a header, never in the address", async () => {
  const requests = serve(() => Response.json({ status: "ok" }));
  const backend = new PythonExecutionBackend(server, "s");
  await backend.reset();
  await backend.interrupt();
  await backend.input("text", 1);
  await backend.session();
  await backend.readFile("a b.py");
  await backend.writeFile("a.py", "x", null);
  await backend.start("1", null);
  await openSession(server, null);
  await openSession(server, "a.py");
  expect(requests).toHaveLength(9);
  for (const { headers, url, credentials } of requests) {
    expect(headers.get("Authorization")).toBe("Bearer secret");
    expect(url).not.toContain("secret");
    expect(credentials).toBe("omit");
  }
});

test("a detached run is asked for with its lines", async () => {
  const requests = serve(() => Response.json({ runId: "r7" }, { status: 202 }));
  expect(await new PythonExecutionBackend(server, "s").start("a\nb", { from: 2, to: 2 })).toEqual({
    runId: "r7",
  });
  expect(await requests[0]?.json()).toMatchObject({
    detached: true,
    live: true,
    lineRange: { from: 2, to: 2 },
  });
});

test("events come with the numbers from which to go on", async () => {
  const requests = serve(() => stream({ type: "reset" }, { type: "resync" }));
  const seen = [];
  for await (const numbered of new PythonExecutionBackend(server, "s").events(
    41,
    new AbortController().signal,
  ))
    seen.push(numbered);
  expect(seen).toEqual([
    { id: 1, event: { type: "reset" } },
    { id: 2, event: { type: "resync" } },
  ]);
  expect(new URL(requests[0]?.url ?? "").searchParams.get("after")).toBe("41");
});

describe("what goes wrong", () => {
  test("a refusal says what the server said", async () => {
    serve(() => Response.json({ detail: "a.py changed on disk since you opened it." }, { status: 409 }));
    const saving = new PythonExecutionBackend(server, "s").writeFile("a.py", "x", "v1");
    await expect(saving).rejects.toThrow(new Refused(409, "a.py changed on disk since you opened it."));
  });

  test("an answer that is not the server's own names its status", async () => {
    serve(() => new Response("<html>", { status: 502, statusText: "Bad Gateway" }));
    await expect(new PythonExecutionBackend(server, "s").reset()).rejects.toThrow("502 Bad Gateway");
  });

  test("no answer is told from a refusal", async () => {
    serve(() => Promise.reject(new TypeError("Failed to fetch")));
    await expect(new PythonExecutionBackend(server, "s").reset()).rejects.toThrow(Unreachable);
  });
});

test("a run waits for the arguments that were given before it, also where they are refused", async () => {
  const answers: ((response: Response) => void)[] = [];
  const requests = serve(() => new Promise<Response>((resolve) => void answers.push(resolve)));
  const backend = new PythonExecutionBackend(server, "s");
  const giving = backend.setArguments("--name 'Ann");
  const starting = backend.start("x", null);
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  answers[0]?.(new Response('{"detail": "not closed"}', { status: 422 }));
  await expect(giving).rejects.toThrow("not closed");
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]?.(new Response('{"runId": "r", "eventId": 1}'));
  expect((await starting).runId).toBe("r");
  expect(requests.map(({ url }) => new URL(url).pathname)).toEqual(["/api/arguments", "/api/execute-script"]);
});
