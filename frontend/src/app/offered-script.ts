import type { Tabs } from "../panes/tabs";
import { ask } from "../ui/ask";
import { element } from "../ui/element";

/** Ask before the file at *path* is opened, which a page of another site has led to. */
export async function offerScript(path: string, tabs: Pick<Tabs, "open">): Promise<void> {
  const question = [
    element(
      "p",
      {},
      "A link on another site, or in another program, led here and names a file of this workspace:",
    ),
    element("p", { class: "card-path" }, path),
    element("p", {}, "Opening it shows it in a tab and runs nothing."),
  ];
  const choices = [{ value: "open", label: "Open it", look: "primary" }] as const;
  if ((await ask("Open this file?", question, choices, { careful: true })) === "open") await tabs.open(path);
}
