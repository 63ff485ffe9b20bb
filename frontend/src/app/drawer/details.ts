import type { Signal } from "@preact/signals";
import type { Tabs } from "../../panes/tabs";
import type { Command } from "../../ui/commands";
import type { Notices } from "../../ui/notices";

/** What the right drawer can show of what is open. */
export type Detail = "problems" | "references";

/** What the right drawer shows; null while it is shut. */
export type Details = Signal<Detail | null>;

export interface DetailsProps {
  readonly tabs: Tabs;
  readonly details: Details;
}

/** What one can do with it. */
export function detailCommands(details: Details, tabs: Tabs, notices: Notices): Command[] {
  return [
    {
      id: "problems",
      title: "Problems",
      detail: "Show or hide the problems of the script",
      aliases: "errors warnings list lint diagnostics",
      key: "Mod-Shift-m",
      group: "Page",
      inMenu: true,
      run: () => {
        const findings = tabs.active.peek()?.pane.peek()?.language?.findings;
        if (details.peek() === "problems") details.value = null;
        else if (findings && findings.problems.peek().length > 0) details.value = "problems";
        else notices.say({ subject: "language", kind: "note", text: "No problem is known." });
      },
    },
  ];
}
