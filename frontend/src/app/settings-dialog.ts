import type { Signal } from "@preact/signals";
import { isMac, keyLabel } from "../panes/script-commands";
import { element } from "../ui/element";
import type { DeskCommand } from "./commands";
import type { Settings } from "./settings";
import "./settings.css";

/** Let the person see and change the settings; each change counts at once. */
export function showSettings(settings: Signal<Settings>, { layout }: { layout: DeskCommand }): void {
  const now = settings.peek();

  function check(name: "autosave" | "follow" | "vim", label: string): HTMLElement {
    const box = element("input", { type: "checkbox" });
    box.checked = now[name];
    box.addEventListener("change", () => {
      settings.value = { ...settings.peek(), [name]: box.checked };
    });
    return element("label", { class: "setting" }, box, element("span", {}, label));
  }

  function choose<Name extends "runOutside" | "layout">(
    name: Name,
    question: (string | Node)[],
    choices: readonly [Settings[Name], string][],
  ): HTMLElement {
    const inputs = choices.map(([value, label]) => {
      const input = element("input", { type: "radio", name });
      input.checked = now[name] === value;
      input.addEventListener("change", () => {
        settings.value = { ...settings.peek(), [name]: value };
      });
      return element("label", { class: "setting" }, input, element("span", {}, label));
    });
    return element(
      "fieldset",
      { class: "setting-group" },
      element("legend", {}, ...question),
      element("div", {}, ...inputs),
    );
  }

  const close = element("button", { type: "button", class: "button button-primary" }, "Close");
  const dialog = element(
    "dialog",
    { class: "card settings", "aria-labelledby": "settings-title" },
    element("h2", { id: "settings-title" }, "Settings"),
    choose(
      "layout",
      ["Show outputs ", element("kbd", {}, keyLabel(layout.key, isMac))],
      [
        ["below", "Below their statements"],
        ["beside", "In a column to the right of the code, where the page is wide enough"],
      ],
    ),
    choose(
      "runOutside",
      ["When another program has changed the script, run"],
      [
        ["nothing", "Nothing"],
        ["changed", "The changed statements and all after them"],
        ["all", "The whole script"],
      ],
    ),
    element(
      "fieldset",
      { class: "setting-group" },
      element("legend", {}, "While you work"),
      element(
        "div",
        {},
        check("follow", "Keep the statement that runs in sight, until you scroll"),
        check("vim", "The keys of Vim; :w saves"),
        check("autosave", "Save by itself, a second after the last key"),
      ),
    ),
    element(
      "div",
      { class: "card-foot" },
      element("p", { class: "muted" }, "This browser keeps them, for all scripts."),
      close,
    ),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
