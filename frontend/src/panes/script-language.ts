import type { EditorView } from "@codemirror/view";
import { computed, type ReadonlySignal } from "@preact/signals";
import type { Server } from "../backend/http";
import type { FileService } from "../files/file-service";
import type { LanguageFiles } from "../language/client/language-files";
import type { LanguageParts } from "../language/client/language-parts";
import { ServerEvents } from "../language/client/server-events";
import { Findings } from "../language/findings/findings";
import { LateLanguage } from "../language/late-language";
import type { SessionState } from "../session/reduce";
import type { Connection } from "../session/session";
import type { Pane } from "./pane";
import type { Tab } from "./tab";
import type { VisitedPlaces } from "./visited/visited-places";

/** The tabs, as far as the language of a script leads to other files. */
export interface OtherTabs {
  open(path: string): Promise<void>;
  paneOf(path: string): Pane | null;
  openSource(uri: string, name: string, openPane: (tab: Tab) => Pane): Promise<Pane | null>;
  readonly visited: Pick<VisitedPlaces, "leave">;
}

export interface ScriptLanguageParts extends Omit<LanguageParts, "source" | "files" | "findings"> {
  readonly server: ReadonlySignal<Server>;
  readonly session: {
    readonly state: ReadonlySignal<SessionState>;
    readonly connection: ReadonlySignal<Connection>;
  };
  readonly path: ReadonlySignal<string | null>;
  readonly opened: OtherTabs;
  readonly service: Pick<FileService, "readFile" | "writeFile">;
}

/** What the page knows about the language of a script, which is wherever its session is. */
export function scriptLanguage(parts: ScriptLanguageParts): LateLanguage {
  return languageOf(parts, new ServerEvents(), null);
}

/** The same for the text at *uri*, which is only read; with null for that of the script. Both hear the same of *servers*. */
function languageOf(parts: ScriptLanguageParts, servers: ServerEvents, uri: string | null): LateLanguage {
  const { server, session, path } = parts;
  const sessionId = computed(() => session.state.value.sessionId);
  const environment = computed(() => session.state.value.kernel.prefix ?? null);
  const isReachable = computed(() => session.connection.value.kind === "connected");
  const source = computed(() => ({
    server: server.value,
    sessionId: sessionId.value,
    path: uri === null ? path.value : null,
    uri,
    environment: environment.value,
    isReachable: isReachable.value,
  }));
  const rest = { findings: new Findings(), files: languageFiles(parts, servers), source };
  return new LateLanguage({ ...parts, ...rest }, servers, uri !== null);
}

function languageFiles(parts: ScriptLanguageParts, servers: ServerEvents): LanguageFiles {
  const { opened, service, server, session } = parts;
  return {
    leave: () => opened.visited.leave(),
    open: async (path) => {
      await opened.open(path);
      return opened.paneOf(path)?.editor ?? null;
    },
    openSource: async (uri): Promise<EditorView | null> => {
      const { readSource, openSource } = await import("./source-pane");
      const source = await readSource(server.peek(), session.state.peek().sessionId, uri);
      const pane = await opened.openSource(uri, source.path, (tab) =>
        openSource(tab, source, {
          language: (announce) => languageOf({ ...parts, announce }, servers, uri),
          left: (before) => opened.visited.leave(before),
        }),
      );
      return pane?.editor ?? null;
    },
    read: async (path) => {
      const pane = opened.paneOf(path);
      if (!pane?.editor) {
        const { content, version } = await service.readFile(path);
        return { content, version, editor: null, isKnown: true };
      }
      const isSaved = !pane.document?.file.unsaved.peek();
      return {
        content: pane.editor.state.doc.toString(),
        version: null,
        editor: pane.editor,
        isKnown: isSaved || pane.language?.isOpen === true,
      };
    },
    write: async (path, content, version) => (await service.writeFile(path, content, version)).version,
  };
}
