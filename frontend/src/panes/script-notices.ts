/** What a script's page has to say of its kernel and its results. */
import type { EditorView } from "@codemirror/view";
import { Unreachable } from "../backend/execution-backend";
import type { KernelInfo } from "../backend/types";
import { bringBack, setAside } from "../editor/results/results-field";
import type { Notices } from "../ui/notices";

export class ScriptNotices {
  /** The death that was told last. */
  #told = "";

  /** *announce* tells those who listen. */
  constructor(
    private readonly notices: Notices,
    private readonly announce: (text: string) => void,
  ) {}

  /** What concerns *subject* could not be done. */
  failed(subject: string, error: unknown): void {
    if (!(error instanceof Error)) throw error;
    const lost = "There is no connection to the server. Your text is kept; try again once it is back.";
    if (error instanceof Unreachable) this.notices.say({ subject: "unreachable", kind: "error", text: lost });
    else this.notices.say({ subject, kind: "error", text: error.message });
  }

  /** A run goes on although it was told to stop. */
  stillRuns(reset: () => void): void {
    this.notices.say({
      subject: "stop",
      kind: "warning",
      text: "The script has not stopped yet. A reset ends it for certain; its variables will be gone.",
      actions: [{ label: "Reset", run: reset }],
    });
  }

  /** The script ended because its arguments are not as it wants them; *complaint* is its own, and may be empty. */
  wantsArguments(complaint: string, edit: () => void): void {
    this.notices.say({
      subject: "arguments",
      kind: "note",
      text: complaint
        ? `The script says of its arguments: ${complaint}`
        : "The script asks for other arguments.",
      actions: [
        {
          label: "Set the arguments",
          run: () => {
            this.notices.withdraw("arguments");
            edit();
          },
        },
      ],
    });
  }

  serverAnew(): void {
    this.notices.say({
      subject: "restart",
      kind: "warning",
      text: "The server was started anew. Your text is as it was; the variables are gone.",
    });
  }

  /** The kernel was reset; *isEmpty* when no results are shown. */
  reset(isEmpty: boolean): void {
    const results = isEmpty ? "" : " The results in grey are from before; they stay until the next run.";
    const text = `The kernel is fresh, and the variables are gone.${results}`;
    this.announce(text);
    if (!isEmpty) this.notices.say({ subject: "reset", kind: "note", text });
  }

  /**
   * Results were taken away, unless what is set aside in *editor* is what was so *before*: they may be brought back, those
   * that were cleared by *restore*. When nothing is set aside any more, there is nothing to say of it.
   */
  setAside(editor: EditorView, before: readonly unknown[], restore: () => void): void {
    const aside = editor.state.field(setAside);
    if (aside === before) return;
    if (aside.length === 0) {
      this.notices.withdraw("reset");
      return;
    }
    const wereReset = aside.some(({ result }) => result.beforeReset);
    const what = wereReset
      ? "The results from before the reset were removed, because a run has begun in the fresh process."
      : "The outputs are cleared.";
    this.notices.say({
      subject: "reset",
      kind: "note",
      text: `${what} They can be brought back until the next run.`,
      actions: [
        {
          label: "Bring them back",
          run: () => {
            this.notices.withdraw("reset");
            // The server has forgotten those from before a reset.
            if (wereReset) bringBack(editor);
            else restore();
          },
        },
      ],
    });
  }

  /**
   * The kernel died, and why; nothing while none did. Each death is told once: of one that ended a run, its statement's
   * output *tells* already.
   */
  kernel({ state, reason, generation }: KernelInfo, tells: boolean): void {
    if (!reason) return;
    const death = `${generation} ${state === "dead"}`;
    if (tells || death === this.#told) return;
    this.#told = death;
    const consequence = state === "dead" ? "Reset starts a new one." : "The variables are gone.";
    this.notices.say({
      subject: "kernel",
      kind: "warning",
      text: `The kernel died: ${reason}. ${consequence}`,
    });
  }
}
