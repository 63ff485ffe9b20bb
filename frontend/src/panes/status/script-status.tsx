import { type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import type { KernelInfo } from "../../backend/types";
import type { RunOutcome } from "../../editor/results/run-outcome";
import { countWords, type Problem } from "../../language/findings/problem";
import type { RunProgress, SessionState } from "../../session/reduce";
import type { Connection } from "../../session/session";
import { elapsed } from "../../ui/duration";
import { keyLabel } from "../../ui/keys";

interface ScriptStatusProps {
  session: ReadonlySignal<SessionState>;
  outcome: ReadonlySignal<RunOutcome | null>;
  /** Go to where the outcome is. */
  go(): void;
  problems: ReadonlySignal<readonly Problem[]>;
  showProblems(): void;
  connection: ReadonlySignal<Connection>;
  path: ReadonlySignal<string | null>;
  unsaved: ReadonlySignal<boolean>;
  cursor: ReadonlySignal<{ line: number; column: number }>;
}

/** What the status line says of a script: its kernel, its run, its interpreter, its file. */
export function ScriptStatus(props: ScriptStatusProps) {
  const { session, outcome, go, problems, showProblems, connection, path, unsaved, cursor } = props;
  const { kernel, run, queued, startedAnew } = session.value;
  const connected = connection.value.kind === "connected";
  const isAnew = startedAnew && kernel.state === "idle";
  const state = !connected ? "offline" : isAnew ? "anew" : kernel.state;
  return (
    <>
      <span class={`status-kernel status-${state}`}>
        <span class="status-dot" aria-hidden="true" />
        <span role="status">{STATE_WORDS[state]}</span>
      </span>
      <span class="status-run">
        {outcome.value ? (
          <Outcome outcome={outcome.value} go={go} />
        ) : (
          run && <Progress run={run} queued={queued.length} />
        )}
      </span>
      <ProblemCount {...{ problems, showProblems }} />
      <span class="status-gap" />
      <span class="status-interpreter" title={kernel.executable ?? undefined}>
        {interpreterOf(kernel)}
      </span>
      <span class="status-path" title={pathTitle(session.value.root, path.value)}>
        {path.value ?? "Not saved yet"}
        {unsaved.value && path.value !== null ? <span class="status-unsaved"> · unsaved</span> : ""}
      </span>
      <span class="status-cursor">
        Ln {cursor.value.line}, Col {cursor.value.column}
      </span>
    </>
  );
}

const STATE_WORDS: Record<KernelInfo["state"] | "offline" | "anew", string> = {
  "not-started": "Not started",
  starting: "Starting",
  idle: "Ready",
  busy: "Running",
  "waiting-for-input": "Waiting for input",
  dead: "Kernel is dead",
  offline: "No connection",
  anew: "Started anew",
};

/** How the last run ended, or what it asks; where there is a place to go to, a button. */
function Outcome({ outcome, go }: { outcome: RunOutcome; go(): void }) {
  const { kind, well, words, line } = outcome;
  const look = `pill pill-${well ? "ok" : kind}`;
  if (line === null) return <span class={look}>{words}</span>;
  return (
    <button type="button" class={look} title="Go there (F8)" aria-keyshortcuts="F8" onClick={go}>
      {words}
    </button>
  );
}

/** How many problems there are; nothing while there is none. */
function ProblemCount({ problems, showProblems }: Pick<ScriptStatusProps, "problems" | "showProblems">) {
  const { value } = problems;
  if (value.length === 0) return null;
  const worst = value.some(({ severity }) => severity === "error") ? "error" : "warning";
  return (
    <span class="status-problems">
      <button
        type="button"
        class={`status-button status-${worst}s`}
        title={`Show or hide them (${keyLabel("Mod-Shift-m")}); F8 goes from one to the next`}
        onClick={showProblems}
      >
        {countWords(value.length)}
      </button>
    </span>
  );
}

function Progress({ run, queued }: { run: RunProgress; queued: number }) {
  const now = useSignal(performance.now());
  useSignalEffect(() => {
    const timer = setInterval(() => {
      now.value = performance.now();
    }, 200);
    return () => clearInterval(timer);
  });
  const current = Math.min(run.finished + 1, run.total);
  const next = queued > 0 ? `, ${queued} more ${queued === 1 ? "run" : "runs"} waiting` : "";
  return (
    <>
      statement {current} of {run.total}, {elapsed(Math.max(0, now.value - run.startedAt))}
      {next}
    </>
  );
}

/** `Python 3.12.1 · .venv`: the interpreter, its version and its environment. */
export function interpreterOf({ implementation, version, prefix }: KernelInfo): string {
  if (!version) return "";
  const name = !implementation || implementation.toLowerCase() === "cpython" ? "Python" : implementation;
  const folder = prefix?.split(/[\\/]/).filter(Boolean).at(-1);
  return folder ? `${name} ${version} · ${folder}` : `${name} ${version}`;
}

function pathTitle(root: string, path: string | null): string | undefined {
  return path === null ? undefined : `${root}/${path}`;
}
