/** Modal questions with a few choices. */
import { element } from "./element";

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly look?: "primary";
}

/**
 * Ask *question*; resolves to the value of the choice, or to null when the person thinks better of it.
 *
 * With *careful* it begins on Cancel: a key that was meant for what was there before is then no yes.
 */
export function ask<T extends string>(
  title: string,
  question: string | readonly Node[],
  choices: readonly Choice<T>[],
  { careful = false }: { careful?: boolean } = {},
): Promise<T | null> {
  return new Promise((resolve) => {
    const dialog = element("dialog", { class: "card", "aria-labelledby": "ask-title", role: "alertdialog" });
    const end = (value: T | null) => {
      resolve(value);
      dialog.close();
    };
    const buttons = choices.map(({ value, label, look }) => {
      const made = element(
        "button",
        { type: "button", class: `button ${look ? `button-${look}` : ""}` },
        label,
      );
      made.addEventListener("click", () => end(value));
      return made;
    });
    const cancel = element("button", { type: "button", class: "button" }, "Cancel");
    cancel.addEventListener("click", () => end(null));
    dialog.append(
      element("h2", { id: "ask-title" }, title),
      ...(typeof question === "string" ? [element("p", {}, question)] : question),
      element("div", { class: "card-foot" }, ...buttons, cancel),
    );
    dialog.addEventListener("close", () => {
      resolve(null); // without effect when there was a choice
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
    (careful ? cancel : buttons[0])?.focus();
  });
}
