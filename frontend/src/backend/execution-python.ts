import { Refused } from "./execution-backend";
import type { Server } from "./http";

/** What the address of the page says: which server, which script. */
export interface Place {
  server: Server;
  /** Relative to the workspace root; null means the script that the command named. */
  script: string | null;
  /** The file that a page of another site has led to: it is opened once the person says so. */
  offered: string | null;
}

/**
 * Read the page's address: `?python-server=URL` (else the page's own origin), `?script=PATH` and `?token=…`; the server
 * turns the script of a link on another site into `?offered-script=PATH`.
 *
 * The token is taken out of the address bar, where it would be seen, copied and kept in the history. It is kept for the
 * server's origin once the server has accepted it; see `firstAccepted`.
 */
export function placeOf(page: Window & typeof globalThis): Place {
  const address = new URL(page.location.href);
  const named = address.searchParams.get("python-server");
  const url = directory(new URL(named ?? page.document.baseURI, address));
  const given = address.searchParams.get("token");
  const offered = address.searchParams.get("offered-script");
  if (given !== null || offered !== null) {
    address.searchParams.delete("token");
    address.searchParams.delete("offered-script");
    page.history.replaceState(page.history.state, "", address);
  }
  const script = address.searchParams.get("script");
  return { server: { url, token: given ?? keptToken(url, page.localStorage) }, script, offered };
}

/**
 * Do *ask* with the token of *server*, and where that is refused with the one that *storage* has kept: a link from
 * anywhere may name a wrong one. What was accepted is kept.
 */
export async function firstAccepted<T>(
  server: Server,
  storage: Storage,
  ask: (server: Server) => Promise<T>,
): Promise<{ server: Server; answer: T }> {
  const kept = keptToken(server.url, storage);
  const accepted = async (tried: Server) => {
    const answer = await ask(tried);
    if (tried.token !== null && tried.token !== kept) keepToken(tried.url, tried.token, storage);
    return { server: tried, answer };
  };
  try {
    return await accepted(server);
  } catch (error) {
    if (!(error instanceof Refused && error.status === 401) || kept === null || kept === server.token)
      throw error;
    return accepted({ ...server, token: kept });
  }
}

/** Remember *token* for the origin of *url*. */
export function keepToken(url: string, token: string, storage: Storage): void {
  storage.setItem(tokenKey(url), token);
}

/** The token that was kept for the origin of *url*. */
export function keptToken(url: string, storage: Storage): string | null {
  return storage.getItem(tokenKey(url));
}

function tokenKey(url: string): string {
  return `rdit.token ${new URL(url).origin}`;
}

function directory(url: URL): string {
  return new URL("./", new URL(url.pathname, url.origin)).href;
}

/** A person may paste the token alone or the whole address that the command printed. */
export function tokenIn(text: string): string {
  const trimmed = text.trim();
  return /[?&]token=([^&#\s]+)/.exec(trimmed)?.[1] ?? trimmed;
}
