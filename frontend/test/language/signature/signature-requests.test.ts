import { afterEach, expect, test, vi } from "vitest";
import { signatures } from "../../../src/language/signature/signature";
import { Hub } from "../hub";
import { close, type OpenText, openText } from "../open-text";

let opened: OpenText;

/** An editor of *text* with the cursor at its end. */
function begin(text: string): void {
  opened = openText({ doc: text, selection: { anchor: text.length } }, signatures);
}

function type(insert: string): void {
  const { view } = opened;
  const { head } = view.state.selection.main;
  const selection = { anchor: head + insert.length };
  view.dispatch({ changes: { from: head, insert }, selection, userEvent: "input.type" });
}

afterEach(() => {
  vi.useRealTimers();
  close(opened);
});

const HELP = { signatures: [{ label: "(one, two)", parameters: [{ label: "one" }, { label: "two" }] }] };

function hub(): Hub {
  return new Hub(({ text }) => ({ ...HELP, activeParameter: text.includes(",") ? 1 : 0 }));
}

function texts({ asked }: Hub): string[] {
  return asked.filter(({ method }) => method === "textDocument/signatureHelp").map(({ text }) => text);
}

test("whoever types an argument is asked for once they rest, and at once where the next one begins", async () => {
  const server = hub();
  begin("f");
  type("(");
  await vi.waitFor(() => expect(opened.view.dom.querySelector(".rdit-signature")).not.toBeNull());
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  for (const sign of "abc") {
    type(sign);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(texts(server)).toEqual(["f("]);
  await vi.advanceTimersByTimeAsync(20);
  vi.useRealTimers();
  await vi.waitFor(() => expect(texts(server)).toEqual(["f(", "f(abc"]));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  type(",");
  vi.useRealTimers();
  await vi.waitFor(() => expect(texts(server)).toEqual(["f(", "f(abc", "f(abc,"]));
});
