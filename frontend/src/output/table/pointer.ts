/** Pointer input (mouse, pen, finger) on the viewport: select, sort, resize a column. */

import { HEAD, INDEX, type Place } from "./data/selection";
import { MIN_WIDTH } from "./measure";

export interface PointerChoices {
  /** The place under a point of the window; the nearest when it is outside. */
  placeAt(x: number, y: number): Place;
  placeOf(target: EventTarget | null): Place | null;
  /** *place* was pressed: begin a selection, or with *extend* end one. */
  press(place: Place, extend: boolean): void;
  /** The selection goes on to *place*. */
  drag(place: Place): void;
  /** Scroll by so many pixels. */
  scrollBy(x: number, y: number): void;
  sort(column: number, among: boolean): void;
  selectColumn(column: number, extend: boolean): void;
  menu(column: number): void;
  width(column: number): number;
  /** *column* is to be *width* pixels wide; *done* when it is the last word. */
  widen(column: number, width: number, done: boolean): void;
  fit(column: number): void;
}

/** Listen on *viewport* until *signal*. */
export function listenToPointer(viewport: HTMLElement, choices: PointerChoices, signal: AbortSignal): void {
  viewport.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      const act = actOf(event.target);
      const place = choices.placeOf(event.target);
      if (act === "resize" && place) return widening(viewport, event, place.column, choices);
      // A finger scrolls; its tap is a click.
      if (act || !place || place.row === HEAD || event.pointerType === "touch") return;
      event.preventDefault();
      choices.press(place, event.shiftKey);
      selecting(viewport, event, choices);
    },
    { signal },
  );
  viewport.addEventListener(
    "click",
    (event) => {
      const place = choices.placeOf(event.target);
      const act = actOf(event.target);
      if (!place || act === "resize") return;
      if (place.row !== HEAD) {
        if (event instanceof PointerEvent && event.pointerType === "touch")
          choices.press(place, event.shiftKey);
      } else if (place.column === INDEX) choices.press(place, false);
      else if (act === "menu") choices.menu(place.column);
      else if (event.ctrlKey || event.metaKey) choices.selectColumn(place.column, event.shiftKey);
      else choices.sort(place.column, event.shiftKey);
    },
    { signal },
  );
  viewport.addEventListener(
    "contextmenu",
    (event) => {
      const place = choices.placeOf(event.target);
      if (place?.row !== HEAD || place.column === INDEX) return;
      event.preventDefault();
      choices.menu(place.column);
    },
    { signal },
  );
  viewport.addEventListener(
    "dblclick",
    (event) => {
      const place = choices.placeOf(event.target);
      if (place && actOf(event.target) === "resize") choices.fit(place.column);
    },
    { signal },
  );
}

function actOf(target: EventTarget | null): string | null {
  return (target instanceof Element && target.closest<HTMLElement>("[data-act]")?.dataset.act) || null;
}

/** Capture the pointer until it is let go. */
function capture(
  viewport: HTMLElement,
  event: PointerEvent,
  moved: (event: PointerEvent) => void,
  ended: () => void,
): void {
  const letGo = new AbortController();
  const { signal } = letGo;
  viewport.setPointerCapture(event.pointerId);
  viewport.addEventListener("pointermove", moved, { signal });
  const end = () => {
    letGo.abort();
    ended();
  };
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"] as const)
    viewport.addEventListener(name, end, { signal });
}

function selecting(viewport: HTMLElement, pressed: PointerEvent, choices: PointerChoices): void {
  let last = pressed;
  let frame: number | undefined;
  // Outside the viewport the grid scrolls towards the pointer, the faster the farther it is.
  const pull = () => {
    const edge = viewport.getBoundingClientRect();
    const beyond = (at: number, low: number, high: number) =>
      at < low ? at - low : at > high ? at - high : 0;
    const x = beyond(last.clientX, edge.left, edge.right);
    const y = beyond(last.clientY, edge.top, edge.bottom);
    frame = undefined;
    if (x === 0 && y === 0) return;
    choices.scrollBy(x / 2, y / 2);
    choices.drag(choices.placeAt(last.clientX, last.clientY));
    frame = requestAnimationFrame(pull);
  };
  capture(
    viewport,
    pressed,
    (event) => {
      last = event;
      choices.drag(choices.placeAt(event.clientX, event.clientY));
      frame ??= requestAnimationFrame(pull);
    },
    () => {
      if (frame !== undefined) cancelAnimationFrame(frame);
    },
  );
}

function widening(
  viewport: HTMLElement,
  pressed: PointerEvent,
  column: number,
  choices: PointerChoices,
): void {
  pressed.preventDefault();
  const before = choices.width(column);
  let width = before;
  capture(
    viewport,
    pressed,
    (event) => {
      width = Math.max(MIN_WIDTH, before + event.clientX - pressed.clientX);
      choices.widen(column, width, false);
    },
    () => {
      if (width !== before) choices.widen(column, width, true);
    },
  );
}
