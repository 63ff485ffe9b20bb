import type { Signal } from "@preact/signals";
import type { Command } from "../../ui/commands";
import { element } from "../../ui/element";
import { keyLabel } from "../../ui/keys";
import { SIZES } from "./appearance";
import type { Settings } from "./settings";
import "./settings.css";

/** Let the person see and change the settings; each change counts at once. *layout* is the command that has a key. */
export function showSettings(settings: Signal<Settings>, layout: Command): void {
  const close = element("button", { type: "button", class: "button button-primary" }, "Close");
  const dialog = element(
    "dialog",
    { class: "card settings", "aria-labelledby": "settings-title" },
    element("h2", { id: "settings-title" }, "Settings"),
    ...groups(settings, layout),
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

function groups(settings: Signal<Settings>, layout: Command): HTMLElement[] {
  return [
    group(
      ["Look"],
      [
        select(settings, "theme", "Theme", [
          ["system", "As the system"],
          ["light", "Light"],
          ["dark", "Dark"],
        ]),
        select(
          settings,
          "size",
          "Size of letters",
          SIZES.map((size) => [size, `${size} %`]),
        ),
        fontField(settings),
      ],
    ),
    group(
      ["Show outputs ", element("kbd", {}, keyLabel(layout.key ?? ""))],
      [
        radio(settings, "layout", "below", "Below their statements"),
        radio(
          settings,
          "layout",
          "beside",
          "In a column to the right of the code, where the page is wide enough",
        ),
      ],
    ),
    group(
      ["Figures of matplotlib"],
      [
        checkbox(
          settings,
          "figureSteps",
          "Each step of a figure, from the next run on, rather than how it ends",
        ),
      ],
    ),
    group(
      ["Running"],
      [
        checkbox(
          settings,
          "consoleMode",
          "Console mode: run statements in the process as it is; names stay from run to run",
        ),
      ],
    ),
    group(
      ["Before catching up takes over 10 s or writes files again, ask"],
      [
        radio(settings, "askFirst", "always", "Always"),
        radio(settings, "askFirst", "following", "Only while it follows by itself"),
        radio(settings, "askFirst", "never", "Never"),
      ],
    ),
    group(
      ["When another program has changed the script, run"],
      [
        radio(settings, "runOutside", "nothing", "Nothing"),
        radio(settings, "runOutside", "changed", "The changed statements and all after them"),
        radio(settings, "runOutside", "all", "The whole script"),
      ],
    ),
    group(
      ["While you work"],
      [
        checkbox(
          settings,
          "argumentSnippets",
          "A function that is completed comes with its arguments to fill in",
        ),
        checkbox(settings, "keepInSight", "Keep the statement that runs in sight, until you scroll"),
        checkbox(settings, "vim", "The keys of Vim; :w saves"),
        checkbox(settings, "autosave", "Save by itself, a second after the last key"),
        checkbox(settings, "formatOnSave", "Format the script before it is saved, unless it saves by itself"),
        checkbox(settings, "inlayHints", "Show types, and the names of parameters, within the code"),
      ],
    ),
  ];
}

function group(legend: (string | Node)[], controls: HTMLElement[]): HTMLElement {
  return element(
    "fieldset",
    { class: "setting-group" },
    element("legend", {}, ...legend),
    element("div", {}, ...controls),
  );
}

function checkbox(
  settings: Signal<Settings>,
  name:
    | "autosave"
    | "keepInSight"
    | "vim"
    | "figureSteps"
    | "consoleMode"
    | "argumentSnippets"
    | "formatOnSave"
    | "inlayHints",
  label: string,
): HTMLElement {
  const input = element("input", { type: "checkbox" });
  input.checked = settings.peek()[name];
  input.addEventListener("change", () => {
    settings.value = { ...settings.peek(), [name]: input.checked };
  });
  return labelled(input, label);
}

function radio<Name extends "runOutside" | "layout" | "askFirst">(
  settings: Signal<Settings>,
  name: Name,
  value: Settings[Name],
  label: string,
): HTMLElement {
  const input = element("input", { type: "radio", name });
  input.checked = settings.peek()[name] === value;
  input.addEventListener("change", () => {
    settings.value = { ...settings.peek(), [name]: value };
  });
  return labelled(input, label);
}

function select<Name extends "theme" | "size">(
  settings: Signal<Settings>,
  name: Name,
  label: string,
  choices: readonly (readonly [Settings[Name], string])[],
): HTMLElement {
  const options = choices.map(([value, words]) => element("option", { value }, words));
  const input = element("select", { class: "setting-choice" }, ...options);
  input.value = String(settings.peek()[name]);
  input.addEventListener("change", () => {
    const chosen = choices[input.selectedIndex];
    if (chosen) settings.value = { ...settings.peek(), [name]: chosen[0] };
  });
  return element("label", { class: "setting-row" }, element("span", {}, label), input);
}

/** Typefaces that people have for code; whichever the system has is taken by its name. */
const FONTS = [
  "JetBrains Mono",
  "Cascadia Code",
  "Fira Code",
  "Source Code Pro",
  "IBM Plex Mono",
  "Menlo",
  "Consolas",
];

function fontField(settings: Signal<Settings>): HTMLElement {
  const input = element("input", {
    type: "text",
    class: "setting-choice",
    list: "setting-fonts",
    placeholder: "That of the page",
    spellcheck: "false",
  });
  input.value = settings.peek().font;
  input.addEventListener("change", () => {
    settings.value = { ...settings.peek(), font: input.value.trim() };
  });
  const names = FONTS.map((name) => element("option", { value: name }));
  return element(
    "label",
    { class: "setting-row" },
    element("span", {}, "Font of code"),
    input,
    element("datalist", { id: "setting-fonts" }, ...names),
  );
}

function labelled(input: HTMLElement, label: string): HTMLElement {
  return element("label", { class: "setting" }, input, element("span", {}, label));
}
