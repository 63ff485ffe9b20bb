import type { Signal } from "@preact/signals";
import { element } from "../output/dom";
import type { Settings } from "./settings";

const CHOICES: [Settings["runOutside"], string][] = [
  ["nothing", "Nothing"],
  ["changed", "The changed statements and all after them"],
  ["all", "The whole script"],
];

/** Let the person see and change the settings; each change counts at once. */
export function showSettings(settings: Signal<Settings>): void {
  const now = settings.peek();
  const autosave = element("input", { type: "checkbox" });
  autosave.checked = now.autosave;
  autosave.addEventListener("change", () => {
    settings.value = { ...settings.peek(), autosave: autosave.checked };
  });
  const choices = CHOICES.map(([value, label]) => {
    const input = element("input", { type: "radio", name: "run-outside" });
    input.checked = now.runOutside === value;
    input.addEventListener("change", () => {
      settings.value = { ...settings.peek(), runOutside: value };
    });
    return element("label", { class: "setting" }, input, label);
  });
  const close = element("button", { type: "button", class: "button button-primary" }, "Close");
  const dialog = element(
    "dialog",
    { class: "card settings", "aria-labelledby": "settings-title" },
    element("h2", { id: "settings-title" }, "Settings"),
    element("label", { class: "setting" }, autosave, "Save by itself, a second after the last key"),
    element(
      "fieldset",
      { class: "setting-group" },
      element("legend", {}, "When another program has changed the script, run"),
      ...choices,
    ),
    element("p", { class: "muted" }, "This browser keeps them, for all scripts."),
    element("div", { class: "card-foot" }, close),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
