import type { Extension } from "@codemirror/state";
import { type EditorView, GutterMarker, gutter, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { isInterrupted } from "../../session/results";
import { size } from "../../ui/amounts";
import { clock, duration } from "../../ui/duration";
import { ageWords, isOutdated } from "./age";
import type { PlacedResult } from "./placed-results";
import { queuedField } from "./queued-marks";
import { resultsField } from "./results-field";
import "./gutter.css";

const WORDS = {
  waiting: "Waiting for its turn",
  running: "Running",
  done: "Done",
  failed: "Failed",
  interrupted: "Interrupted",
  exited: "Exited",
  older: "Done",
  "older-failed": "Failed",
  past: "From before the reset",
  stale: "Edited since it ran",

  outdated: "Ran before a file that it used changed",
} as const;

type Mark = keyof typeof WORDS;

/** Each state has a shape of its own, for those who do not tell the colours apart. */
const SHAPES: Record<Mark, string> = {
  waiting: "M7 3.2a3.8 3.8 0 1 1 0 7.6 3.8 3.8 0 0 1 0-7.6",
  running: "M7 2.2A4.8 4.8 0 1 1 2.2 7",
  done: "M3 7.4 5.8 10 11 4.2",
  failed: "m3.6 3.6 6.8 6.8m0-6.8-6.8 6.8",
  interrupted: "M4 4h6v6H4z",
  older: "M7 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8",
  "older-failed": "M7 2.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6M5.6 5.6l2.8 2.8m0-2.8-2.8 2.8",
  past: "M7 3.2a3.8 3.8 0 1 1 0 7.6 3.8 3.8 0 0 1 0-7.6M5.2 7h3.6",
  exited: "M6 3H3v8h3M6.5 7h5M9.4 4.9 11.5 7 9.4 9.1",
  outdated: "M11.6 7.2A4.6 4.6 0 1 1 10 3.7M11.8 1.9v2.9H8.9",
  stale: "M9.2 3.2l1.6 1.6-6 6-2.2.6.6-2.2z",
};

function iconOf(mark: Mark): HTMLElement {
  const icon = document.createElement("span");
  icon.className = "rdit-mark-icon";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 14 14");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[mark]);
  svg.append(path);
  icon.append(svg);
  return icon;
}

function markOf({ result, stale, older }: PlacedResult): Mark {
  if (result.state !== "done" && result.state !== "failed") return result.state;
  if (result.beforeReset) return "past";
  if (stale) return "stale";
  if (isOutdated(result)) return "outdated";
  if (isInterrupted(result)) return "interrupted";
  if (result.ending?.status === "exited" && result.ending.exitCode !== 0) return "exited";
  if (older) return result.state === "failed" ? "older-failed" : "older";
  return result.state;
}

/** A growth of memory that is smaller than this, in bytes, says nothing. */
const MIN_MEMORY_BYTES = 1_000_000;

/** What there is to say of a statement, when somebody points at its mark. */
export function wordsOf(placed: PlacedResult): string {
  const { durationMs, peakMemoryBytes, changedImports, changedFiles, ending } = placed.result;
  const mark = markOf(placed);
  const status = mark === "exited" && ending?.exitCode != null ? ` with status ${ending.exitCode}` : "";
  const first = `${WORDS[mark]}${status}`;
  const age = placed.stale ? "" : ageWords(placed.older);
  const words = [durationMs === null ? first : `${first}, ${duration(durationMs)}`];
  if (age) words.push(age);
  if (peakMemoryBytes !== null && peakMemoryBytes >= MIN_MEMORY_BYTES)
    words.push(`Raised the peak of memory by ${size(peakMemoryBytes)}`);
  const changed = [...new Set([...changedImports, ...changedFiles])];
  if (changed.length > 0) words.push(`Changed since: ${changed.join(", ")}`);
  return words.join("\n");
}

/** How a statement fares, beside its first line; its other lines carry on the bar. */
class StatementMark extends GutterMarker {
  constructor(
    private readonly mark: Mark,
    private readonly placed: PlacedResult,
    private readonly first: boolean,
  ) {
    super();
  }

  override eq(other: StatementMark): boolean {
    const [one, two] = [this.placed.result, other.placed.result];
    return (
      this.mark === other.mark &&
      this.first === other.first &&
      this.placed.older === other.placed.older &&
      one.startedAt === two.startedAt &&
      one.durationMs === two.durationMs &&
      one.changedImports === two.changedImports &&
      one.changedFiles === two.changedFiles
    );
  }

  override toDOM(): Node {
    const dom = document.createElement("div");
    dom.className = `rdit-mark rdit-mark-${this.mark}`;
    if (!this.first) return dom;
    dom.classList.add("rdit-mark-first");
    const { startedAt, durationMs } = this.placed.result;
    const time = document.createElement("span");
    time.className = "rdit-mark-time";
    if (this.mark === "running" && startedAt !== null) {
      time.dataset.since = String(startedAt);
      tick(time, performance.now());
    } else if (durationMs !== null && durationMs >= 100) {
      time.textContent = clock(durationMs);
    }
    dom.title = wordsOf(this.placed);
    dom.append(time, iconOf(this.mark));
    return dom;
  }
}

/** The elapsed time; below a tenth of a second there is nothing worth a flicker. */
function tick(element: HTMLElement, now: number): void {
  const milliseconds = now - Number(element.dataset.since);
  const text = milliseconds < 100 ? "" : clock(milliseconds);
  if (element.textContent !== text) element.textContent = text;
}

/** While a statement runs, keeps the time beside it. */
const ticking = ViewPlugin.fromClass(
  class {
    #timer: ReturnType<typeof setInterval> | null = null;

    constructor(private readonly view: EditorView) {
      this.#settleTimer();
    }

    update(update: ViewUpdate): void {
      if (update.startState.field(resultsField) !== update.state.field(resultsField)) this.#settleTimer();
    }

    destroy(): void {
      if (this.#timer !== null) clearInterval(this.#timer);
    }

    #settleTimer(): void {
      const runs = this.view.state
        .field(resultsField)
        .placed.some(({ result }) => result.state === "running");
      if (runs && this.#timer === null) this.#timer = setInterval(() => this.#tickAll(), 100);
      else if (!runs && this.#timer !== null) {
        clearInterval(this.#timer);
        this.#timer = null;
      }
    }

    #tickAll(): void {
      const now = performance.now();
      for (const element of this.view.dom.querySelectorAll<HTMLElement>(".rdit-mark-time[data-since]"))
        tick(element, now);
    }
  },
);

/** A statement whose run has not come to its turn. */
class QueuedMark extends GutterMarker {
  constructor(private readonly first: boolean) {
    super();
  }

  override eq(other: QueuedMark): boolean {
    return this.first === other.first;
  }

  override toDOM(): Node {
    const dom = document.createElement("div");
    dom.className = "rdit-mark rdit-mark-waiting";
    if (!this.first) return dom;
    dom.classList.add("rdit-mark-first");
    dom.title = WORDS.waiting;
    dom.append(iconOf("waiting"));
    return dom;
  }
}

function markAt({ state }: EditorView, position: number): GutterMarker | null {
  const placed = state.field(resultsField).at(position);
  const isUnderWay = placed?.result.state === "waiting" || placed?.result.state === "running";
  const queued = isUnderWay
    ? undefined
    : state.field(queuedField).find(({ from, to }) => from <= position && position <= to);
  if (queued) return new QueuedMark(queued.from === position);
  return placed ? new StatementMark(markOf(placed), placed, placed.from === position) : null;
}

class WidestMark extends GutterMarker {
  override toDOM(): Node {
    return document.createElement("div");
  }
}

/**
 * The gutter with a mark for each statement that ran, runs or waits; *run* starts the statement at a position, *menu*
 * offers what can be done with the one at the cursor.
 */
export function statementGutter(
  run: (view: EditorView, position: number) => void,
  menu?: (view: EditorView, at: { readonly x: number; readonly y: number }) => void,
): Extension {
  return [
    gutter({
      class: "rdit-gutter",
      lineMarker: (view, line) => markAt(view, line.from),
      lineMarkerChange: ({ startState, state }) =>
        startState.field(resultsField) !== state.field(resultsField) ||
        startState.field(queuedField) !== state.field(queuedField),
      renderEmptyElements: true,
      initialSpacer: () => new WidestMark(),
      domEventHandlers: {
        click(view, line) {
          run(view, line.from);
          return true;
        },
        contextmenu(view, line, event) {
          if (!menu || !(event instanceof MouseEvent)) return false;
          view.dispatch({ selection: { anchor: line.from } });
          menu(view, { x: event.clientX, y: event.clientY });
          event.preventDefault();
          return true;
        },
      },
    }),
    queuedField,
    ticking,
  ];
}
