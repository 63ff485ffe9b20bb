import type { EditorView } from "@codemirror/view";
import type { Signal } from "@preact/signals";
import { afterEach, expect, test, vi } from "vitest";
import { sayWhenAway } from "../../../src/language/client/away-notice";
import { type LanguageClient, NoAnswer, type TextSource } from "../../../src/language/client/language-client";
import { Notices } from "../../../src/ui/notices";
import { Hub, json } from "../hub";
import { close, type OpenText, openText } from "../open-text";

const LINES = Array.from({ length: 100 }, (_, index) => `name_${index} = ${index}`);

let opened: OpenText;
let view: EditorView;
let source: Signal<TextSource>;
let client: LanguageClient;

function begin(text = LINES.join("\n")): void {
  opened = openText({ doc: text, parent: document.body });
  ({ view, client, source } = opened);
}

function type(text: string, at = view.state.doc.length): void {
  view.dispatch({ changes: { from: at, insert: text }, userEvent: "input.type" });
}

const text = () => view.state.doc.toString();

/** A promise, and what settles it. */
function gate(): { opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

afterEach(() => {
  close(opened);
});

test("nothing is sent before there is a request", async () => {
  const hub = new Hub();
  begin();
  type("x");
  expect(hub.bodies).toEqual([]);
});

test("the text is opened with the first request, which is answered", async () => {
  const hub = new Hub(() => ({ contents: "a number" }));
  begin();
  const position = { line: 3, character: 2 };
  expect(await client.request("textDocument/hover", { position })).toEqual({ contents: "a number" });
  expect(hub.opened).toEqual([text()]);
  expect(hub.asked).toEqual([{ method: "textDocument/hover", params: { position }, text: text() }]);
  expect(client.uri).toBe("file:///project/script.py");
  expect(client.serverStates.value.ty.state).toBe("running");
});

test("what was typed goes out before the next request, and the server's text is the page's", async () => {
  const hub = new Hub();
  begin();
  await client.request("textDocument/hover", {});
  type("first\n", 0);
  type("é𝄞 = 1\n", 6);
  view.dispatch({
    changes: [
      { from: 0, to: 5, insert: "FIRST\nAND" },
      { from: view.state.doc.line(50).from, to: view.state.doc.line(52).to },
    ],
  });
  const asking = client.request("textDocument/completion", {});
  type("\nlater");
  await asking;
  await client.request("textDocument/hover", {});
  expect(hub.changes).toEqual([1, 2]);
  expect(hub.asked.at(-1)?.text).toBe(text());
  expect(hub.asked.at(-2)?.text).toBe(text().replace("\nlater", ""));
});

test("what is typed while the text is opened is not lost", async () => {
  const hub = new Hub();
  begin();
  const held = gate();
  hub.delays.set("open", held.opened);
  const early = client.request("textDocument/hover", {});
  type("typed", 0);
  held.open();
  await expect(early).rejects.toMatchObject({ reason: "outdated" });
  await client.request("textDocument/hover", {});
  expect(hub.asked.map((one) => one.text)).toEqual([text()]);
});

test("a request whose change is late waits for it", async () => {
  const hub = new Hub();
  begin();
  await client.request("textDocument/hover", {});
  const held = gate();
  hub.delays.set("change", held.opened);
  type("x", 0);
  const asking = client.request("textDocument/hover", {});
  held.open();
  await asking;
  expect(hub.asked.at(-1)?.text).toBe(text());
});

test("an abandoned request is cancelled at the server", async () => {
  const hub = new Hub(() => new Promise(() => undefined));
  begin();
  const stop = new AbortController();
  const asking = client.request("textDocument/completion", {}, stop.signal);
  await vi.waitFor(() => expect(hub.asked).toHaveLength(1));
  stop.abort();
  await expect(asking).rejects.toMatchObject({ reason: "cancelled" });
  expect(hub.cancelled).toEqual(["textDocument/completion"]);
});

test("a server that has forgotten the text is given it anew, and answers", async () => {
  const hub = new Hub(() => "answer");
  begin();
  await client.request("textDocument/hover", {});
  type("x", 0);
  await client.request("textDocument/hover", {});
  hub.forget();
  type("y", 0);
  expect(await client.request("textDocument/hover", {})).toBe("answer");
  expect(hub.opened).toHaveLength(2);
  type("z", 0);
  await client.request("textDocument/hover", {});
  expect(hub.changes).toEqual([1, 1]);
  expect(hub.asked.at(-1)?.text).toBe(text());
});

test("the text is opened anew where its session or interpreter is another, and closed where it was", async () => {
  const hub = new Hub();
  begin();
  await client.request("textDocument/hover", {});
  const before = client.generation.value;
  source.value = { ...source.peek(), environment: "/usr" }; // it is known now, and was so before
  await client.request("textDocument/hover", {});
  expect(hub.opened).toHaveLength(1);
  source.value = { ...source.peek(), environment: "/project/.venv" };
  expect(client.generation.value).toBe(before + 1);
  await client.request("textDocument/hover", {});
  source.value = { ...source.peek(), sessionId: "other" };
  await client.request("textDocument/hover", {});
  expect(hub.bodies.filter((body) => "text" in body).map((body) => body.sessionId)).toEqual([
    "s",
    "s",
    "other",
  ]);
  expect(hub.closed).toEqual(["client 1", "client 2"]);
});

test("a page that is closed closes its text; one that comes back opens it anew", async () => {
  const hub = new Hub();
  begin();
  await client.request("textDocument/hover", {});
  window.dispatchEvent(new Event("pagehide"));
  await vi.waitFor(() => expect(hub.closed).toEqual(["client 1"]));
  await client.request("textDocument/hover", {});
  expect(hub.opened).toHaveLength(2);
});

test("where help is away, a request says so with its reason, and is answered once it is back", async () => {
  let isAway = true;
  new Hub(() => (isAway ? json({ detail: "ty ended five times in a minute." }, 503) : "answer"));
  begin();
  await expect(client.request("textDocument/hover", {})).rejects.toMatchObject({
    reason: "away",
    message: "ty ended five times in a minute.",
  });
  expect(await client.current("textDocument/hover", {})).toBeNull();
  isAway = false;
  expect(await client.current("textDocument/hover", {})).toBe("answer");
});

test("a server that was told to stop because it took too long is asked again, for as long as the text is the same", async () => {
  let slowAnswers = 2;
  const hub = new Hub(() => (slowAnswers-- > 0 ? json({ detail: "It took too long." }, 504) : "answer"));
  begin();
  expect(await client.current("textDocument/hover", {})).toBe("answer");
  expect(hub.asked).toHaveLength(3);
  slowAnswers = Number.POSITIVE_INFINITY;
  const stopped = client.current("textDocument/hover", {});
  type("x", 0);
  expect(await stopped).toBeNull();
  expect(hub.asked).toHaveLength(4);
});

test("that help is away is said once, and withdrawn when it is back", async () => {
  new Hub();
  begin();
  const notices = new Notices();
  const end = sayWhenAway(client, notices);
  const said = () => notices.all.value.map(({ text }) => text);
  expect(said()).toEqual([]);
  client.heard("ty", { state: "away", reason: "It ended five times in a minute" });
  expect(said()).toEqual([expect.stringContaining("(ty). It ended five times in a minute. You can go on")]);
  notices.withdraw("language servers"); // a person has put it away
  client.heard("ty", { state: "away", reason: "It still does" });
  expect(said()).toEqual([]);
  client.heard("ruff", { state: "away", reason: null });
  expect(said()).toEqual([expect.stringContaining("ty and ruff")]);
  const before = client.generation.value;
  client.heard("ty", { state: "running", reason: null });
  client.heard("ruff", { state: "running", reason: null });
  expect(said()).toEqual([expect.stringContaining("It is back")]);
  expect(client.generation.value).toBe(before + 2);
  client.heard("ty", { state: "away", reason: null });
  notices.withdraw("language servers");
  client.heard("ty", { state: "running", reason: null });
  expect(said()).toEqual([]); // whoever has put it away needs to hear no more of it
  client.heard("ty", { state: "away", reason: null });
  end();
  expect(said()).toEqual([]);
});

test("what is asked while help is away is answered once it is back, unless nobody waits any more", async () => {
  let isAway = true;
  const hub = new Hub(() => (isAway ? json({ detail: "ty is away" }, 503) : "answer"));
  begin();
  const stop = new AbortController();
  const asking = client.whenBack("textDocument/completion", {}, new AbortController().signal);
  const stopped = client.whenBack("textDocument/completion", {}, stop.signal);
  await vi.waitFor(() => expect(hub.asked).toHaveLength(2));
  stop.abort();
  expect(await stopped).toBeNull();
  client.heard("ty", { state: "away", reason: "It was killed" });
  isAway = false;
  client.heard("ty", { state: "running", reason: null });
  expect(await asking).toBe("answer");
  expect(hub.asked).toHaveLength(3);

  isAway = true;
  const early = client.whenBack("textDocument/completion", {}, new AbortController().signal);
  await vi.waitFor(() => expect(hub.asked).toHaveLength(4));
  type("x");
  client.heard("ty", { state: "away", reason: null });
  client.heard("ty", { state: "running", reason: null });
  expect(await early).toBeNull(); // the text is another one
  expect(hub.asked).toHaveLength(4);
});

test("nothing is asked of a server that cannot be reached, and the text is opened anew once it can", async () => {
  const hub = new Hub(() => "answer");
  begin();
  await client.request("textDocument/hover", {});
  source.value = { ...source.peek(), isReachable: false };
  expect(await client.current("textDocument/hover", {})).toBeNull();
  expect(hub.asked).toHaveLength(1);
  source.value = { ...source.peek(), isReachable: true };
  expect(await client.current("textDocument/hover", {})).toBe("answer");
  expect(hub.opened).toHaveLength(2);
});

test("a server's own error is told, and is no bug of the page", async () => {
  const hub = new Hub();
  begin();
  await client.request("textDocument/hover", {});
  vi.stubGlobal("fetch", async () => new Response('{"error": {"code": -32602, "message": "Not a name"}}'));
  await expect(client.request("textDocument/rename", {})).rejects.toEqual(
    new NoAnswer("refused", "Not a name"),
  );
  expect(hub.asked).toHaveLength(1);
});

test("an answer about a text that has changed meanwhile is none", async () => {
  const held = gate();
  const hub = new Hub(() => held.opened.then(() => "answer"));
  begin();
  const asking = client.current("textDocument/hover", {});
  await vi.waitFor(() => expect(hub.asked).toHaveLength(1));
  type("x", 0);
  held.open();
  expect(await asking).toBeNull();
});

test("an editor that was closed asks nothing more", async () => {
  const hub = new Hub();
  begin();
  client.destroy();
  await expect(client.request("textDocument/hover", {})).rejects.toMatchObject({ reason: "cancelled" });
  expect(hub.bodies).toEqual([]);
});
