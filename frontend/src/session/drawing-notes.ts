/**
 * Notes of the outputs that are being drawn. The browser keeps them, so they outlive a page that freezes or is killed
 * while it draws; the next page shows those outputs as text and is not frozen by them again.
 */
import type { OutputItem } from "../backend/types";

/** Tells whether another page is still there; `Drafts` in a page. */
export interface Pages {
  readonly page: string;
  isGone(page: string): Promise<boolean>;
}

interface Note {
  /** When the drawing began, in milliseconds since 1970. */
  since: number;
  outputs: string[];
}

const KEY = "rdit.drawing ";
/**
 * A page that draws for longer counts as frozen, even if it is still there: one that hangs keeps its lock for as long as
 * it does (in Chromium over 60 s, while one that was closed gives it back within 10 ms), so that a tab beside it would
 * wait with it. Browsers call a page unresponsive after some 15 s; who is taken for frozen too early costs a "Show".
 */
const FROZEN_MS = 20_000;
/** A hidden page has no frames to wait for; a visible one that gets none has frozen. */
const HIDDEN_MS = 1_000;
/** For at most so many frames the browser calls the script while one before them is still painted. */
const FRAMES_AHEAD = 10;
/** Notes of earlier pages; the oldest are forgotten. */
const MAX_NOTES = 20;

/** An output that is being drawn, or was in the frame before. */
interface InDrawing {
  readonly output: string;
  /** Whether there is more to draw of it. */
  isDrawing: () => boolean;
}

export class DrawingNotes {
  readonly #drawing = new Map<string, InDrawing>();
  #isLooking = false;

  private constructor(
    private readonly storage: Storage,
    private readonly key: string,
    /** Outputs that froze a page, each with the keys of the notes that name it. */
    private readonly frozen: Map<string, string[]>,
  ) {
    // A page that can still say so was not frozen.
    window.addEventListener("pagehide", () => this.#forget());
  }

  /** The notes in *storage*, with what earlier pages left there. */
  static async open(storage: Storage, pages: Pages): Promise<DrawingNotes> {
    const frozen = new Map<string, string[]>();
    for (const [key, note] of notesIn(storage)) {
      const isStuck = Date.now() - note.since > FROZEN_MS;
      if (!isStuck && !(await pages.isGone(key.slice(KEY.length)))) continue;
      for (const output of note.outputs) frozen.set(output, [...(frozen.get(output) ?? []), key]);
    }
    return new DrawingNotes(storage, KEY + pages.page, frozen);
  }

  /** The same for items; *nameOf* gives an output's name, which no other output of any script has. */
  for(nameOf: (item: OutputItem) => string | undefined) {
    return {
      hasFrozen: (item: OutputItem) => this.frozen.has(nameOf(item) ?? ""),
      forgive: (item: OutputItem) => this.#forgive(nameOf(item) ?? ""),
      begin: (item: OutputItem) => {
        const name = nameOf(item);
        return name === undefined ? () => undefined : this.#begin(name);
      },
    };
  }

  #begin(output: string): (isDrawing: () => boolean) => void {
    const before = this.#drawing.get(output);
    const drawing: InDrawing = { output, isDrawing: () => true };
    this.#drawing.set(output, drawing);
    if (!before) this.#write();
    return (isDrawing) => {
      drawing.isDrawing = isDrawing;
      this.#look();
    };
  }

  /** Once a frame, until nothing is drawn any more, take away what has been. */
  #look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    afterFrame(
      () => [...this.#drawing.values()],
      (begun) => {
        this.#isLooking = false;
        let isDone = false;
        for (const drawing of begun)
          if (this.#drawing.get(drawing.output) === drawing && !drawing.isDrawing())
            isDone = this.#drawing.delete(drawing.output);
        if (isDone) this.#write();
        if (this.#drawing.size > 0) this.#look();
      },
    );
  }

  #write(): void {
    const note: Note = { since: Date.now(), outputs: [...this.#drawing.keys()] };
    if (note.outputs.length === 0) this.storage.removeItem(this.key);
    else write(this.storage, this.key, note);
  }

  #forget(): void {
    this.#drawing.clear();
    this.storage.removeItem(this.key);
  }

  #forgive(output: string): void {
    for (const key of this.frozen.get(output) ?? []) {
      const note = read(this.storage, key);
      const outputs = note?.outputs.filter((one) => one !== output) ?? [];
      if (note && outputs.length > 0) write(this.storage, key, { ...note, outputs });
      else this.storage.removeItem(key);
    }
    this.frozen.delete(output);
  }
}

/** The notes in *storage*, without those that are too many. */
function notesIn(storage: Storage): [string, Note][] {
  const found: [string, Note][] = [];
  for (const key of Object.keys(storage).filter((one) => one.startsWith(KEY))) {
    const note = read(storage, key);
    if (note) found.push([key, note]);
    else storage.removeItem(key);
  }
  found.sort(([, one], [, other]) => other.since - one.since);
  for (const [key] of found.splice(MAX_NOTES)) storage.removeItem(key);
  return found;
}

/** The note at *key*; null when what is there is none. */
function read(storage: Storage, key: string): Note | null {
  try {
    const { since, outputs } = JSON.parse(storage.getItem(key) ?? "") as Partial<Note>;
    return typeof since === "number" && Array.isArray(outputs) ? { since, outputs } : null;
  } catch (error) {
    // Written by another version, or by somebody else.
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

function write(storage: Storage, key: string, note: Note): void {
  try {
    storage.setItem(key, JSON.stringify(note));
  } catch (error) {
    // Storage is full or forbidden: the output is drawn all the same, only without a note.
    if (!(error instanceof DOMException)) throw error;
  }
}

/**
 * Call *done* with what *take* returns right before the next frame, once that frame is on the screen. The script is called
 * for the next ones while it is still painted, and that alone can freeze a page: then they do not come.
 */
function afterFrame<T>(take: () => T, done: (taken: T) => void): void {
  let taken: T | undefined;
  let [frames, frame] = [0, 0];
  const end = (what: T) => {
    clearInterval(hidden);
    cancelAnimationFrame(frame);
    done(what);
  };
  const hidden = setInterval(() => {
    if (document.visibilityState === "hidden") end(frames > 0 ? (taken as T) : take());
  }, HIDDEN_MS);
  const next = () => {
    if (frames === 0) taken = take();
    frames += 1;
    if (frames <= FRAMES_AHEAD) frame = requestAnimationFrame(next);
    else setTimeout(end, 0, taken);
  };
  frame = requestAnimationFrame(next);
}
