import type { SessionBackend } from "../../backend/execution-backend";
import { ask } from "../../ui/ask";
import { element } from "../../ui/element";

/** Ask whether *interpreter*, which lies in the workspace and was never started, may be, and then do *go*. */
export async function askToStart(
  interpreter: string,
  backend: Pick<SessionBackend, "allowInterpreter">,
  go: () => void,
): Promise<void> {
  const question = [
    element("p", {}, "This workspace has a Python of its own, which rdit has not started before:"),
    element("p", { class: "card-path" }, interpreter),
    element(
      "p",
      {},
      "Starting it runs what is installed in it. Start it if it is yours, or if you trust whoever made it. " +
        "You are not asked about it again.",
    ),
  ];
  const choices = [{ value: "start", label: "Start it", look: "primary" }] as const;
  if ((await ask("Start this Python?", question, choices, { careful: true })) !== "start") return;
  await backend.allowInterpreter(interpreter);
  go();
}
