import { computed, type ReadonlySignal } from "@preact/signals";
import type { Server } from "../backend/http";
import type { LanguageParts } from "../language/client/language-parts";
import { LateLanguage } from "../language/late-language";
import type { SessionState } from "../session/reduce";

export interface ScriptLanguageParts extends Omit<LanguageParts, "source"> {
  readonly server: ReadonlySignal<Server>;
  readonly session: ReadonlySignal<SessionState>;
  readonly path: ReadonlySignal<string | null>;
}

/** What the page knows about the language of a script, which is wherever its session is. */
export function scriptLanguage(parts: ScriptLanguageParts): LateLanguage {
  const { server, session, path } = parts;
  const sessionId = computed(() => session.value.sessionId);
  const environment = computed(() => session.value.kernel.prefix ?? null);
  return new LateLanguage({
    ...parts,
    source: computed(() => ({
      server: server.value,
      sessionId: sessionId.value,
      path: path.value,
      environment: environment.value,
    })),
  });
}
