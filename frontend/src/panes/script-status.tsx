import { type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import type { KernelInfo } from "../backend/types";
import type { RunEnd, RunProgress, SessionState } from "../session/reduce";
import type { Connection } from "../session/session";
import { duration, elapsed } from "../ui/duration";

interface ScriptStatusProps {
  session: ReadonlySignal<SessionState>;
  connection: ReadonlySignal<Connection>;
  path: ReadonlySignal<string | null>;
  unsaved: ReadonlySignal<boolean>;
  cursor: ReadonlySignal<{ line: number; column: number }>;
}

/** What the status line says of a script: its kernel, its run, its interpreter, its file. */
export function ScriptStatus({ session, connection, path, unsaved, cursor }: ScriptStatusProps) {
  const { kernel, run, lastRun, queued } = session.value;
  const connected = connection.value.kind === "connected";
  const state = connected ? kernel.state : "offline";
  return (
    <>
      <span class={`status-kernel status-${state}`}>
        <span class="status-dot" aria-hidden="true" />
        <span role="status">{connected ? KERNEL_WORDS[kernel.state] : "No connection"}</span>
      </span>
      <span class="status-run">
        {run ? <Progress run={run} queued={queued.length} /> : lastRun ? endOf(lastRun) : ""}
      </span>
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

const KERNEL_WORDS: Record<KernelInfo["state"], string> = {
  starting: "Starting",
  idle: "Ready",
  busy: "Running",
  "waiting-for-input": "Waiting for input",
  dead: "Kernel is dead",
};

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

/** How the last run ended, in words. */
export function endOf({ status, exitCode, total, finished, durationMs }: RunEnd): string {
  const time = duration(durationMs);
  const statements = `${total} ${total === 1 ? "statement" : "statements"}`;
  switch (status) {
    case "ok":
      return `${statements}, ${time}`;
    case "error":
      return `stopped by an error at statement ${Math.max(1, finished)} of ${total}, ${time}`;
    case "interrupted":
      return `interrupted after ${time}`;
    case "exited":
      return `exited with status ${exitCode ?? 0}, ${time}`;
    case "died":
      return `the kernel died after ${time}`;
  }
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
