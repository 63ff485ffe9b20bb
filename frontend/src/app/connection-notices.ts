import { effect } from "@preact/signals";
import type { Tabs } from "../panes/tabs";
import type { Notices } from "../ui/notices";
import type { TokenQuestion } from "./token-question";

/** A connection that is back within this time (milliseconds) is not worth a word. */
const NOTICE_DELAY_MS = 800;

/** Say how the connection to the server is, and ask for its token when it is refused. */
export function showConnection(tabs: Tabs, notices: Notices, token: TokenQuestion): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const tab = tabs.sessions.latest.value;
    const session = tab?.pane.value?.session;
    if (!tab || !session) return;
    const connection = session.connection.value;
    clearTimeout(timer);
    if (connection.kind === "connected") {
      token.accepted();
      notices.withdraw("connection");
      notices.withdraw("unreachable");
    } else if (connection.kind === "lost") {
      timer = setTimeout(() => {
        notices.say({
          subject: "connection",
          kind: "warning",
          lasting: true,
          text: "The server does not answer. Your text is kept; rdit goes on as soon as it is back.",
          actions: [{ label: "Try now", run: () => session.retry() }],
        });
      }, NOTICE_DELAY_MS);
    } else if (connection.status === 401) {
      token.ask(true, () => {
        // Once the form is off the page: until then nothing else takes the focus.
        requestAnimationFrame(() => tabs.focus());
        tabs.sessions.attach(tab);
      });
    } else notices.say({ subject: "connection", kind: "error", lasting: true, text: connection.detail });
  });
}
