import type { Server } from "./http";

/** What the address of the page says: which server, which script. */
export interface Place {
  server: Server;
  /** Relative to the workspace root; null means the script that the command named. */
  script: string | null;
}

/**
 * Read the page's address: `?python-server=URL` (else the page's own origin), `?script=PATH` and `?token=…`.
 *
 * The token is taken out of the address bar, where it would be seen, copied and kept in the history, and is kept in
 * *storage* for the server's origin.
 */
export function placeOf(page: Window & typeof globalThis): Place {
  const address = new URL(page.location.href);
  const named = address.searchParams.get("python-server");
  const url = directory(new URL(named ?? page.document.baseURI, address));
  const given = address.searchParams.get("token");
  if (given !== null) {
    keepToken(url, given, page.localStorage);
    address.searchParams.delete("token");
    page.history.replaceState(page.history.state, "", address);
  }
  const script = address.searchParams.get("script");
  return { server: { url, token: given ?? keptToken(url, page.localStorage) }, script };
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
