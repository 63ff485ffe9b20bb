import { Refused } from "./execution-backend";
import { request, type Server } from "./http";
import type { FileContent, SessionResponse } from "./types";

/** How much of one output item is sent live, in characters: more than anybody reads, less than would slow the page. */
export const LIVE_WINDOW = 200_000;

/** Open (or find) the session of the script at *path*, with its file; without a path, that of the script the command named. */
export function openSession(
  server: Server,
  path: string | null,
  signal?: AbortSignal,
): Promise<SessionResponse> {
  return path === null
    ? request(server, "GET", `api/session?file=true&window=${LIVE_WINDOW}`, undefined, signal)
    : request(server, "POST", "api/session", { path, window: LIVE_WINDOW, file: true }, signal);
}

/** The file at *path*, or null when there is none. */
export async function readIfThere(
  store: { readFile(path: string): Promise<FileContent> },
  path: string,
): Promise<FileContent | null> {
  try {
    return await store.readFile(path);
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return null;
    throw error;
  }
}
