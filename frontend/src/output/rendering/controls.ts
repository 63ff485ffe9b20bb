/** Buttons and icons within outputs. */
import { element } from "../../ui/element";

/** A button that says what it does; *icon* replaces the words for those who see it. */
export function button(label: string, press: () => void, options: { icon?: IconName; class?: string } = {}) {
  const made = element("button", {
    type: "button",
    class: options.class ?? (options.icon ? "rdit-icon-button" : "rdit-button"),
    "aria-label": options.icon ? label : undefined,
    title: options.icon ? label : undefined,
  });
  made.append(options.icon ? icon(options.icon) : label);
  made.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation();
    press();
  });
  return made;
}

/** Change what *made* is called, both for those who see it and for those who hear it. */
export function rename(made: HTMLElement, label: string): void {
  made.setAttribute("aria-label", label);
  made.title = label;
}

/** Paths on a grid of 16, drawn with a line of 1.5. */
const icons = {
  copy: "M5.75 5.75h7.5v7.5h-7.5zM10.25 5.75v-3h-7.5v7.5h3",
  save: "M8 2.25v7.5M4.75 6.75 8 10l3.25-3.25M2.75 13.25h10.5",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.4 10.4l3.1 3.1",
  wrap: "M2.5 4h11M2.5 8h8.75a2.25 2.25 0 0 1 0 4.5H8M9.75 10.75 8 12.5l1.75 1.75M2.5 12.5h2.75",
  text: "M3 4.75V3.25h10v1.5M8 3.25v9.5M6 12.75h4",
  fold: "M4.5 3.25 8 6.25l3.5-3M4.5 12.75 8 9.75l3.5 3",
  up: "M4 10l4-4 4 4",
  down: "M4 6l4 4 4-4",
  close: "M4 4l8 8M12 4l-8 8",
  check: "M3 8.5l3.5 3.5L13 5",
  plus: "M8 3.5v9M3.5 8h9",
  minus: "M3.5 8h9",
  figure: "M2.5 2.5v11h11M4.75 10.75 7.5 7.5l2 1.75 3.75-5",
  enlarge: "M9.5 2.75h3.75V6.5M6.5 13.25H2.75V9.5M13.25 2.75 9.25 6.75M2.75 13.25l4-4",
} as const;

export type IconName = keyof typeof icons;

/** A small drawing that carries no meaning of its own for a screen reader. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "rdit-icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", icons[name]);
  svg.append(path);
  return svg;
}

/** Whether text within *part* is selected; a selection in the editor around it is no concern of its own. */
export function hasSelection(part: Element): boolean {
  const selection = getSelection();
  return selection?.type === "Range" && part.contains(selection.anchorNode);
}
