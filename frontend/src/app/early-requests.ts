/**
 * Early requests: what the page shows first is requested while the browser still compiles the rest of the page. The build
 * makes a script of its own of this module, which stays small.
 */
import { firstAccepted, placeOf } from "../backend/execution-python";
import type { Server } from "../backend/http";
import { openSession } from "../backend/open-session";
import { Drafts } from "../documents/draft-store";
import { kindOf } from "../files/paths";

export const place = placeOf(window);
export const drafts = new Drafts(window.indexedDB, navigator.locks, window.sessionStorage);

/** The file that the address names, where it is not a script. */
export const otherFile = place.script !== null && kindOf(place.script) !== "script" ? place.script : null;

/** Open the script that the page begins with; also returns the *server* with the token that it has accepted. */
export function open(server: Server) {
  const script = otherFile === null ? place.script : null;
  return firstAccepted(server, window.localStorage, (tried) => openSession(tried, script));
}

/** What the page begins with. Whoever takes it hears of a failure. */
export const opening = open(place.server);
opening.catch(() => undefined);
drafts.lookAhead();
