/** The toolbar that every output has: one stop for the Tab key, arrows within. */
import { element } from "../../ui/element";

export function makeToolbar(label: string): HTMLElement {
  const dom = element("div", { class: "rdit-actions", role: "toolbar", "aria-label": label });
  dom.addEventListener("keydown", (event) => {
    const buttons = usable(dom);
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const goal =
      event.key === "Home"
        ? buttons[0]
        : event.key === "End"
          ? buttons.at(-1)
          : step && buttons[(at + step + buttons.length) % buttons.length];
    if (at < 0 || !goal) return;
    event.preventDefault();
    event.stopPropagation();
    for (const one of buttons) one.tabIndex = -1;
    goal.tabIndex = 0;
    goal.focus();
  });
  return dom;
}

/** After buttons came or went: exactly one of them can be reached by Tab. */
export function settleToolbar(dom: HTMLElement): void {
  const buttons = usable(dom);
  const current = buttons.find((one) => one.tabIndex === 0) ?? buttons[0];
  for (const one of dom.querySelectorAll("button")) one.tabIndex = one === current ? 0 : -1;
}

function usable(dom: HTMLElement): HTMLButtonElement[] {
  return Array.from(dom.querySelectorAll("button")).filter((one) => !one.hidden);
}
