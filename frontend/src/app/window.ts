/** What is outside of the page's own elements: the window's title, its address, keys pressed anywhere. */
import { effect } from "@preact/signals";
import type { Tabs } from "../panes/tabs";
import type { Commands } from "../ui/commands";

/** Show in title and address which file is shown. */
export function showInWindow(tabs: Tabs): void {
  effect(() => {
    const name = tabs.active.value?.name.value.split("/").at(-1) ?? "Untitled";
    const headline = tabs.active.value?.pane.value?.headline?.value;
    const unsaved = tabs.active.value?.unsaved.value ? "● " : "";
    document.title = `${unsaved}${headline ? `${headline} – ` : ""}${name} – rdit`;
  });
  // The address names a script only once it is another than the one that the command named.
  let named = tabs.all.peek()[0]?.path.peek() ?? null;
  effect(() => {
    const path = tabs.activePath.value;
    if (path === null || path === named) return;
    named = null;
    const address = new URL(window.location.href);
    address.searchParams.set("script", path);
    window.history.replaceState(window.history.state, "", address);
  });
}

/** Let keys work wherever the focus is, unless *isAsking*. */
export function listenToKeys(tabs: Tabs, commands: Commands, isAsking: () => boolean): void {
  window.addEventListener("keydown", (event) => {
    if (isAsking()) return;
    tabs.active.peek()?.pane.peek()?.handleKey(event);
    if (!event.defaultPrevented && !document.querySelector("dialog[open]")) commands.handleKey(event);
  });
}
