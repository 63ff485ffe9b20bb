import { Refused, Unreachable } from "./execution-backend";

/** A server and the token that it wants to see; *url* ends with a slash and may have a path in it. */
export interface Server {
  url: string;
  token: string | null;
}

/** The JSON of one answer; throws like `answer`. */
export async function request<T>(
  server: Server,
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const response = await answer(server, method, path, body, signal);
  return (await response.json()) as T;
}

/**
 * The server's answer when it is a good one; otherwise throws `Refused` or `Unreachable`. With *keepalive* the request
 * goes out also when the page is closed meanwhile.
 */
export async function answer(
  server: Server,
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  keepalive = false,
): Promise<Response> {
  const headers = new Headers();
  if (server.token !== null) headers.set("Authorization", `Bearer ${server.token}`);
  if (body !== undefined) headers.set("Content-Type", "application/json");
  let response: Response;
  try {
    response = await fetch(new URL(path, server.url), {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
      credentials: "omit",
      cache: "no-store",
      keepalive,
    });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Unreachable(`No answer from ${server.url}`, { cause: error });
  }
  if (!response.ok) throw new Refused(response.status, await problem(response));
  return response;
}

async function problem(response: Response): Promise<string> {
  return problemIn(await response.text(), response);
}

/** Why a request was refused, in the words of an answer that holds *text*. */
export function problemIn(
  text: string,
  { status, statusText }: { status: number; statusText: string },
): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    if (typeof detail === "string") return detail;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error; // a proxy's HTML page, say: the status has to do
  }
  return `The server answered ${status} ${statusText}`.trim();
}

/** Whether *error* says that we ended the request ourselves. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
