import { computed, type ReadonlySignal } from "@preact/signals";
import type { Server } from "../backend/http";
import type { LanguageParts } from "../language/client/language-parts";
import { LateLanguage } from "../language/late-language";
import type { SessionState } from "../session/reduce";
import type { Connection } from "../session/session";

export interface ScriptLanguageParts extends Omit<LanguageParts, "source"> {
  readonly server: ReadonlySignal<Server>;
  readonly session: {
    readonly state: ReadonlySignal<SessionState>;
    readonly connection: ReadonlySignal<Connection>;
  };
  readonly path: ReadonlySignal<string | null>;
}

/** What the page knows about the language of a script, which is wherever its session is. */
export function scriptLanguage(parts: ScriptLanguageParts): LateLanguage {
  const { server, session, path } = parts;
  const sessionId = computed(() => session.state.value.sessionId);
  const environment = computed(() => session.state.value.kernel.prefix ?? null);
  const isReachable = computed(() => session.connection.value.kind === "connected");
  return new LateLanguage({
    ...parts,
    source: computed(() => ({
      server: server.value,
      sessionId: sessionId.value,
      path: path.value,
      environment: environment.value,
      isReachable: isReachable.value,
    })),
  });
}
