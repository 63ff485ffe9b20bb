import { type Signal, signal } from "@preact/signals";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Refused } from "../../src/backend/execution-backend";
import { ArgumentsField } from "../../src/panes/arguments/arguments-field";
import { ScriptArguments } from "../../src/panes/arguments/script-arguments";
import { reduce, type SessionState, stateOf } from "../../src/session/reduce";
import { answer } from "../session/answer";

const place = document.createElement("div");
document.body.append(place);
const KEY = "rdit.arguments /project/words.py";

let session: Signal<SessionState>;
let uses: Signal<boolean>;
let key: Signal<string | null>;
let given: ScriptArguments;
let refusal: Refused | null;
const setArguments = vi.fn((_line: string) => (refusal ? Promise.reject(refusal) : Promise.resolve()));
const report = vi.fn();
const runAfresh = vi.fn();
const leave = vi.fn();

function stateWith(line: string | null): SessionState {
  return stateOf({ ...answer, ...(line === null ? {} : { arguments: line }) }, 0);
}

function open(line: string | null = null): void {
  session = signal(stateWith(line));
  given = new ScriptArguments({
    session,
    uses,
    backend: () => ({ setArguments }),
    storage: localStorage,
    key,
    report,
  });
  act(() => render(<ArgumentsField given={given} {...{ runAfresh, leave }} />, place));
}

/** The server says that the session has *line* now. */
function hear(line: string, waits = false): void {
  act(() => {
    session.value = reduce(session.value, { type: "arguments", arguments: line, waits }, 0);
  });
}

const field = () => place.querySelector("input") as HTMLInputElement;

async function type(text: string, pressed?: KeyboardEventInit): Promise<void> {
  await act(async () => {
    field().focus();
    field().value = text;
    field().dispatchEvent(new Event("input", { bubbles: true }));
  });
  if (pressed)
    await act(
      async () => void field().dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, ...pressed })),
    );
}

beforeEach(() => {
  localStorage.clear();
  refusal = null;
  uses = signal(true);
  key = signal<string | null>(KEY);
  for (const mock of [setArguments, report, runAfresh, leave]) mock.mockClear();
});
afterEach(() => {
  given.destroy();
  act(() => render(null, place));
});

describe("the field of arguments", () => {
  test("is there where the script has a use for it, where it has arguments, and where somebody asks for it", () => {
    uses.value = false;
    open();
    expect(field()).toBeNull();
    act(() => {
      uses.value = true;
    });
    expect(field().getAttribute("aria-label")).toBe("Arguments");
    act(() => {
      uses.value = false;
    });
    expect(field()).toBeNull();
    hear("--top 5");
    expect(field().value).toBe("--top 5");
    hear("");
    expect(field()).toBeNull();
    act(() => given.focus());
    expect(document.activeElement).toBe(field());
  });

  test("gives the session what was typed, once, and goes back to the text", async () => {
    open("old");
    await type("--top 5", { key: "Enter" });
    expect(leave).toHaveBeenCalledOnce();
    await act(async () => field().blur());
    expect(setArguments.mock.calls).toEqual([["--top 5"]]);
    expect(field().value).toBe("--top 5");
    hear("--top 5");
    hear("another page's");
    expect(field().value).toBe("another page's");
  });

  test("keeps what is being typed when another page gives others", async () => {
    open("old");
    await type("half a li");
    hear("another page's");
    expect(field().value).toBe("half a li");
    await type("half a li", { key: "Escape" });
    expect(field().value).toBe("another page's");
    expect(setArguments).not.toHaveBeenCalled();
  });

  test("says why the session does not take a line, and loses nothing of it", async () => {
    open("old");
    refusal = new Refused(422, "A quotation mark is not closed.");
    await type("--name 'Ann", { key: "Enter" });
    expect(place.querySelector("[role=alert]")?.textContent).toBe("A quotation mark is not closed.");
    expect(field().getAttribute("aria-invalid")).toBe("true");
    expect(field().value).toBe("--name 'Ann");
    expect(leave).not.toHaveBeenCalled();
    expect(await given.keep()).toBe(false);
    refusal = null;
    await type("--name 'Ann'");
    expect(place.querySelector("[role=alert]")).toBeNull();
    expect(await given.keep()).toBe(true);
  });

  test("reports a failure that is none of the line's, and tries again", async () => {
    open("old");
    refusal = new Refused(503, "no");
    await type("new");
    expect(await given.keep()).toBe(false);
    expect(report).toHaveBeenCalledWith(refusal);
    refusal = null;
    expect(await given.keep()).toBe(true);
  });

  test("runs all afresh by its key, and by a button where arguments wait", async () => {
    open("old");
    expect(place.querySelector("button")).toBeNull();
    await type("new", { key: "Enter", ctrlKey: true });
    expect(runAfresh).toHaveBeenCalledOnce();
    hear("new", true);
    place.querySelector<HTMLButtonElement>(".arguments-afresh")?.click();
    expect(runAfresh).toHaveBeenCalledTimes(2);
    act(() => {
      const kernel = { state: "idle", generation: 2 } as const;
      session.value = reduce(session.value, { type: "kernel", kernel }, 0);
    });
    expect(place.querySelector("button")).toBeNull();
  });
});

describe("arguments are remembered", () => {
  test("for the script, and given to a session to which nobody has given any", async () => {
    open();
    await type("--top 5");
    await given.keep();
    hear("--top 5");
    key.value = "rdit.arguments /project/renamed.py";
    given.destroy();
    open();
    expect(setArguments).toHaveBeenLastCalledWith("--top 5");
    expect(field().value).toBe("--top 5");
    expect(localStorage.getItem(KEY)).toBe("--top 5");
  });

  test("but those of the command line stay what they are", () => {
    localStorage.setItem(KEY, "remembered");
    open("given");
    expect(field().value).toBe("given");
    expect(setArguments).not.toHaveBeenCalled();
    expect(localStorage.getItem(KEY)).toBe("remembered");
  });

  test("and a server that was started anew has them again", () => {
    localStorage.setItem(KEY, "remembered");
    open("of the session");
    act(() => {
      session.value = stateWith(null);
    });
    expect(setArguments.mock.calls).toEqual([["of the session"]]);
    expect(field().value).toBe("of the session");
  });
});
