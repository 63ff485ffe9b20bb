import { signal } from "@preact/signals";
import { render } from "preact";
import { drafts, opening, otherFile, place, open as request } from "./app/early-requests";
import { Page, type Phase } from "./app/page";
import { showAppearance } from "./app/settings/appearance";
import { storedSettings } from "./app/settings/settings";
import { TokenQuestion } from "./app/token-question";
import { openWorkspace } from "./app/workspace";
import { Refused, Unreachable } from "./backend/execution-backend";
import { NameQuestion } from "./documents/name-dialog";
import { Notices } from "./ui/notices";
import "./theme.css";
import "./ui/controls.css";
import "./app/toolbar.css";
import "./app/status-line.css";
import "./ui/notices.css";
import "./ui/dialogs.css";
import "./app/page.css";
import "./panes/tabs.css";

const server = signal(place.server);
const settings = storedSettings(window.localStorage, window);
showAppearance(settings, document.documentElement);
const notices = new Notices();
const name = new NameQuestion();
const token = new TokenQuestion(server);
const phase = signal<Phase>({ kind: "opening" });
render(<Page {...{ phase, token, name, notices }} />, document.getElementById("rdit") as HTMLElement);
// Not awaited: what is loaded on demand would wait for the end of this module, which may wait for it.
void open(opening);

/** Open the script of *asked*; when there is no way, say why and offer another try. */
async function open(asked: typeof opening): Promise<void> {
  const again = () => void open(request(server.peek()));
  try {
    const { answer, server: accepted } = await asked;
    server.value = accepted;
    const page = await openWorkspace(answer, { server, settings, drafts, notices, name, token });
    phase.value = { kind: "open", ...page };
    if (otherFile !== null) await page.tabs.open(otherFile);
    if (place.offered !== null)
      await (await import("./app/offered-script")).offerScript(place.offered, page.tabs);
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return token.ask(false, again);
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    phase.value = {
      kind: "failed",
      title: error instanceof Unreachable ? "The server does not answer" : "This script cannot be opened",
      detail: error.message,
      again,
    };
  }
}
