import type { SessionResponse } from "../../src/backend/types";

/** A session in which nothing has run. */
export const answer: SessionResponse = {
  sessionId: "s",
  scriptPath: "a.py",
  root: "/work",
  kernel: { state: "idle", generation: 1, version: "3.12.1" },
  script: null,
  statements: [],
  queued: [],
  runId: null,
  input: null,
  lastEventId: 10,
  rditVersion: "0.1",
  file: null,
};
