/** The figure viewer, a dialog as large as the window: zoom, pan, copy and save. */

import { element } from "../../ui/element";
import { button } from "../rendering/controls";
import "./figure.css";
import { saveOut } from "../../ui/save-file";
import { copyOut } from "../rendering/clipboard";
import type { Copied, RenderContext, Saved } from "../rendering/rendering";

/** The image to look at; sizes in CSS pixels. */
export interface Figure {
  image: HTMLImageElement;
  width: number;
  height: number;
  /** What it is drawn for: light or dark paper. */
  paper: string | undefined;
  copy(): string | Copied | Promise<Blob>;
  save(): Saved | Promise<Saved | null>;
  /** Called when nobody looks at it any more. */
  closed?: (() => void) | undefined;
}

/** Open *figure* in a dialog; it closes by Escape, by its button, and by a press beside the figure. */
export function lookAt(figure: Figure, context: RenderContext): void {
  new FigureDialog(figure, context).open();
}

/** One turn of the wheel, one press of a key. */
const STEP = 1.25;
const KEY_PIXELS = 60;

class FigureDialog {
  readonly #dialog: HTMLDialogElement;
  readonly #stage = element("div", { class: "rdit-figure-stage", tabindex: 0 });
  readonly #image: HTMLImageElement;
  readonly #scale = element("output", { class: "rdit-figure-scale" });
  readonly #letGo = new AbortController();
  #place: Place = { scale: 1, x: 0, y: 0 };
  /** Whether it is fitted to the window, as it is until a reader changes something. */
  #fits = true;

  constructor(
    private readonly figure: Figure,
    private readonly context: RenderContext,
  ) {
    this.#image = element("img", { alt: figure.image.alt, src: figure.image.src, draggable: "false" });
    this.#image.style.width = `${figure.width}px`;
    this.#image.style.height = `${figure.height}px`;
    this.#image.dataset.paper = figure.paper ?? "light";
    this.#stage.append(this.#image);
    this.#stage.setAttribute(
      "aria-label",
      "Arrow keys move, plus and minus change the size, 0 fits it, 1 shows its own size",
    );
    this.#dialog = element(
      "dialog",
      { class: "rdit-figure", "aria-label": figure.image.alt || "Figure" },
      this.#stage,
      this.#toolbar(),
    );
    this.#listen();
  }

  open(): void {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    this.#fit();
    this.#stage.focus();
  }

  #toolbar(): HTMLElement {
    const copy = button("Copy", () => void this.#tell(async () => copyOut(this.figure.copy()), "Copied"), {
      icon: "copy",
    });
    const save = button("Save as a file", () => void this.#tell(() => this.#save(), "Saved"), {
      icon: "save",
    });
    return element(
      "div",
      { class: "rdit-figure-bar", role: "toolbar", "aria-label": "Figure" },
      button("Smaller", () => this.#zoom(1 / STEP), { icon: "minus" }),
      this.#scale,
      button("Larger", () => this.#zoom(STEP), { icon: "plus" }),
      button("Fit", () => this.#fit()),
      button("100 %", () => this.#zoomTo(1)),
      copy,
      save,
      button("Close", () => this.#dialog.close(), { icon: "close" }),
    );
  }

  async #save(): Promise<void> {
    const saved = await this.figure.save();
    if (saved) saveOut(saved);
  }

  async #tell(act: () => Promise<void>, words: string): Promise<void> {
    try {
      await act();
      this.context.announce(words);
      this.#scale.textContent = words;
    } catch (error) {
      this.#scale.textContent = error instanceof Error ? error.message : "The browser refused.";
      this.context.announce(this.#scale.textContent);
    }
  }

  #listen(): void {
    const { signal } = this.#letGo;
    this.#dialog.addEventListener("close", () => {
      this.#letGo.abort();
      this.#dialog.remove();
      this.figure.closed?.();
    });
    window.addEventListener("resize", () => this.#fits && this.#fit(), { signal });
    this.#stage.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const { left, top, width, height } = this.#stage.getBoundingClientRect();
        const at = { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 };
        // A wheel turns in steps of about 100, a touchpad in many small ones.
        this.#zoom(STEP ** (-Math.max(-200, Math.min(200, event.deltaY)) / 100), at);
      },
      { passive: false, signal },
    );
    this.#stage.addEventListener("pointerdown", (event) => this.#pressed(event), { signal });
    this.#stage.addEventListener("dblclick", () => (this.#fits ? this.#zoomTo(1) : this.#fit()), { signal });
    this.#dialog.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  #pressed(event: PointerEvent): void {
    if (event.button !== 0) return;
    const start = this.#place;
    let hasMoved = false;
    const letGo = new AbortController();
    const { signal } = letGo;
    this.#stage.setPointerCapture(event.pointerId);
    this.#stage.addEventListener(
      "pointermove",
      (now) => {
        const [x, y] = [now.clientX - event.clientX, now.clientY - event.clientY];
        hasMoved ||= Math.hypot(x, y) > 3;
        if (hasMoved) this.#move({ ...this.#place, x: start.x + x, y: start.y + y });
      },
      { signal },
    );
    for (const name of ["pointerup", "pointercancel"] as const)
      this.#stage.addEventListener(
        name,
        () => {
          letGo.abort();
          if (name === "pointerup" && !hasMoved && event.target === this.#stage) this.#dialog.close();
        },
        { signal },
      );
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // What is typed here is not meant for the editor behind.
    event.stopPropagation();
    const { x, y } = this.#place;
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [KEY_PIXELS, 0],
      ArrowRight: [-KEY_PIXELS, 0],
      ArrowUp: [0, KEY_PIXELS],
      ArrowDown: [0, -KEY_PIXELS],
    };
    const move = moves[event.key];
    if (move) this.#move({ ...this.#place, x: x + move[0], y: y + move[1] });
    else if (event.key === "+" || event.key === "=") this.#zoom(STEP);
    else if (event.key === "-") this.#zoom(1 / STEP);
    else if (event.key === "0") this.#fit();
    else if (event.key === "1") this.#zoomTo(1);
    else return;
    event.preventDefault();
  }

  #fit(): void {
    const { clientWidth, clientHeight } = this.#stage;
    const { width, height } = this.figure;
    this.#move({ scale: fitting(width, height, clientWidth, clientHeight), x: 0, y: 0 });
    this.#fits = true;
  }

  #zoomTo(scale: number): void {
    this.#zoom(scale / this.#place.scale);
  }

  #zoom(factor: number, at = { x: 0, y: 0 }): void {
    this.#move(zoomed(this.#place, factor, at));
  }

  #move(place: Place): void {
    const { clientWidth, clientHeight } = this.#stage;
    this.#place = within(place, this.figure, clientWidth, clientHeight);
    this.#fits = false;
    const { scale, x, y } = this.#place;
    this.#image.style.transform = `translate(-50%, -50%) translate(${x}px, ${y}px) scale(${scale})`;
    // Pixels are worth seeing once they are large.
    const sharpness = (this.figure.image.naturalWidth || this.figure.width) / this.figure.width;
    this.#image.style.imageRendering = scale / sharpness >= 4 ? "pixelated" : "auto";
    this.#scale.textContent = `${Math.round(scale * 100)} %`;
  }
}

/** How large an image is shown, and how far its middle is from that of the stage, in pixels. */
export interface Place {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

const MIN_SCALE = 0.05;
const MAX_SCALE = 32;
/** Pixels kept free around a figure that fits; a small one becomes at most this many times larger by that. */
const MARGIN = 32;
const MAX_FIT = 3;

/** The scale at which an image of *width* × *height* fits into a stage. */
export function fitting(width: number, height: number, stageWidth: number, stageHeight: number): number {
  const room = Math.min((stageWidth - 2 * MARGIN) / width, (stageHeight - 2 * MARGIN) / height);
  return Math.max(MIN_SCALE, Math.min(room, MAX_FIT));
}

/** *place* made larger by *factor*, so that what is at *at*, counted from the middle of the stage, stays there. */
export function zoomed(place: Place, factor: number, at: { x: number; y: number }): Place {
  const scale = Math.max(MIN_SCALE, Math.min(place.scale * factor, MAX_SCALE));
  const by = scale / place.scale;
  return { scale, x: at.x - (at.x - place.x) * by, y: at.y - (at.y - place.y) * by };
}

/** *place*, moved as little as it takes for some of the image to be in sight. */
export function within(
  { scale, x, y }: Place,
  image: { width: number; height: number },
  stageWidth: number,
  stageHeight: number,
): Place {
  const far = (size: number, stage: number) => Math.max(0, (size * scale + stage) / 2 - MARGIN * 2);
  const clamp = (at: number, most: number) => Math.max(-most, Math.min(at, most));
  return { scale, x: clamp(x, far(image.width, stageWidth)), y: clamp(y, far(image.height, stageHeight)) };
}
