import { signal } from "@preact/signals";
import { render } from "preact";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { KernelInfo } from "../../src/backend/types";
import type { RunOutcome } from "../../src/editor/results/run-outcome";
import { interpreterOf, ScriptStatus } from "../../src/panes/status/script-status";
import type { SessionState } from "../../src/session/reduce";
import type { Connection } from "../../src/session/session";

const session: SessionState = {
  sessionId: "s",
  scriptPath: "sub/a.py",
  root: "/work",
  rditVersion: "0.1",
  kernel: {
    state: "idle",
    generation: 1,
    version: "3.12.1",
    implementation: "cpython",
    prefix: "/project/.venv",
  },
  queued: [],
  run: null,
  lastRun: null,
  input: null,
  arguments: null,
  argumentsWait: false,
  startedAnew: false,
  timeline: { ran: [], mixed: false, runId: null, broken: null },
  declined: null,
  follow: false,
};

const place = document.createElement("div");
const go = vi.fn();

afterEach(() => {
  render(null, place);
  vi.useRealTimers();
});

function show(
  state: SessionState,
  connection: Connection = { kind: "connected" },
  outcome: RunOutcome | null = null,
): string {
  const props = {
    outcome: signal(outcome),
    go,
    problems: signal([]),
    showProblems: go,
    session: signal(state),
    connection: signal(connection),
    path: signal("sub/a.py"),
    unsaved: signal(true),
    cursor: signal({ line: 3, column: 7 }),
  };
  render(
    <footer>
      <ScriptStatus {...props} />
    </footer>,
    place,
  );
  return [...place.querySelectorAll("footer > span")]
    .map((part) => part.textContent)
    .filter(Boolean)
    .join(" | ");
}

describe("the status line", () => {
  test("names the kernel's state, the interpreter, the script and the cursor's place", () => {
    expect(show(session)).toBe("Ready | Python 3.12.1 · .venv | sub/a.py · unsaved | Ln 3, Col 7");
  });

  test("tells how far a run is and what waits behind it", () => {
    vi.useFakeTimers();
    const run = { runId: "r", total: 41, finished: 6, startedAt: performance.now() - 12_000 };
    const state = { ...session, kernel: { ...session.kernel, state: "busy" as const }, run };
    expect(show({ ...state, queued: [{ runId: "q", lineRange: null }] })).toContain(
      "Running | statement 7 of 41, 12 s, 1 more run waiting",
    );
  });

  test("has a button that leads to where a run ended, coloured by how", () => {
    const headline = "Exit 2, line 64";
    show(session, undefined, { kind: "exited", well: false, headline, words: headline, line: 64 });
    const button = place.querySelector<HTMLButtonElement>("button.pill-exited");
    expect(button?.textContent).toBe(headline);
    button?.click();
    expect(go).toHaveBeenCalledOnce();
  });

  test("does not look ready as ever after the kernel died and came up anew", () => {
    expect(show({ ...session, startedAnew: true })).toMatch(/^Started anew/);
    expect(place.querySelector(".status-idle")).toBeNull();
  });

  test("says when there is no connection", () => {
    expect(show(session, { kind: "lost", since: 0 })).toMatch(/^No connection/);
  });
});

test.each<[KernelInfo, string]>([
  [{ state: "starting", generation: 1 }, ""],
  [{ state: "idle", generation: 1, version: "3.12.1" }, "Python 3.12.1"],
  [
    { state: "idle", generation: 1, version: "3.10.13", implementation: "PyPy", prefix: "C:\\envs\\pp\\" },
    "PyPy 3.10.13 · pp",
  ],
])("the interpreter %o reads %o", (kernel, text) => {
  expect(interpreterOf(kernel)).toBe(text);
});
