/** The keys of a grid. */
import { HEAD, INDEX, moved, type Selection, type Shape } from "./data/selection";

/** Pixels by which a key widens a column. */
const STEP = 16;

export interface KeyChoices {
  selection(): Selection;
  shape(): Shape;
  /** Rows that a page key moves. */
  page(): number;
  select(selection: Selection): void;
  sort(column: number, among: boolean): void;
  menu(column: number): void;
  widen(column: number, by: number): void;
  /** With *labels*: the headings and the rows' names too. */
  copy(labels: boolean): void;
  search(): void;
}

/** Listen on *viewport* until *signal*. What means nothing here goes on to the page. */
export function keysIn(viewport: HTMLElement, choices: KeyChoices, signal: AbortSignal): void {
  viewport.addEventListener(
    "keydown",
    (event) => {
      if (event.isComposing || !act(event, choices)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { signal },
  );
}

function act(event: KeyboardEvent, choices: KeyChoices): boolean {
  const { key, shiftKey: shift, altKey: alt } = event;
  const control = event.ctrlKey || event.metaKey;
  const { focus } = choices.selection();
  if (alt) {
    if (control || focus.column === INDEX) return false;
    if (key === "ArrowDown") choices.menu(focus.column);
    else if (key === "ArrowLeft") choices.widen(focus.column, -STEP);
    else if (key === "ArrowRight") choices.widen(focus.column, STEP);
    else return false;
    return true;
  }
  const letter = key.toLowerCase();
  if (control && letter === "c") choices.copy(shift);
  else if (control && letter === "f" && !shift) choices.search();
  else if (key === "ContextMenu" && focus.column !== INDEX) choices.menu(focus.column);
  else if (
    focus.row === HEAD &&
    focus.column !== INDEX &&
    !control &&
    (key === "Enter" || (key === " " && !shift))
  )
    choices.sort(focus.column, shift);
  else {
    const selection = moved(choices.selection(), { key, shift, control }, choices.shape(), choices.page());
    if (!selection) return false;
    choices.select(selection);
  }
  return true;
}
