/**
 * The track: a narrow strip beside the scroll bar that shows the whole script at once, its headings, what failed, what is
 * older than something above it, and what runs. A press goes there.
 */
import { type EditorState, type Extension, Facet } from "@codemirror/state";
import { type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { whenIdle } from "../../ui/when-idle";
import type { PlacedResult } from "../results/placed-results";
import { resultsField } from "../results/results-field";
import { goTo } from "./go-to";
import { outlineOf, readOn } from "./outline";
import { changesOutline } from "./outline-signal";
import "./track.css";

export interface TrackMark {
  readonly kind: "heading" | "error" | "older" | "running" | "waiting" | "problem" | "warning";
  readonly from: number;
  readonly to: number;
  readonly title: string;
}

/** What else is to be shown on the track, such as the problems that language servers have found. */
export const trackAlso = Facet.define<readonly TrackMark[]>();

/** What the track shows of *state*, what matters most last, so that it is drawn over the rest. */
export function trackMarks(state: EditorState): TrackMark[] {
  const { placed } = state.field(resultsField);
  const outline = outlineOf(state);
  const lineOf = (at: number) => state.doc.lineAt(at).number;
  const results = placed.flatMap((one): TrackMark[] => {
    const kind = kindOf(one);
    if (!kind) return [];
    const words = { older: "Older than what is above", running: "Running", waiting: "Waiting" }[kind];
    return [{ kind, from: one.from, to: one.to, title: `${words}, line ${lineOf(one.from)}` }];
  });
  const named = (wanted: "heading" | "error") =>
    outline
      .filter(({ kind }) => (kind === "error") === (wanted === "error"))
      .filter(({ kind }) => kind !== "function" && kind !== "class")
      .map(
        ({ from, line, title }): TrackMark => ({
          kind: wanted,
          from,
          to: from,
          title: `${title}, line ${line}`,
        }),
      );
  const also = state.facet(trackAlso).flat();
  return [...results, ...named("heading"), ...also, ...named("error")];
}

function kindOf({ result, older, stale }: PlacedResult): "older" | "running" | "waiting" | null {
  if (result.state === "running" || result.state === "waiting") return result.state;
  return older || stale || result.beforeReset ? "older" : null;
}

/** Whether a mark of *kind* is where something begins, however far it goes. */
function isPoint(kind: TrackMark["kind"]): boolean {
  return kind === "heading" || kind === "error" || kind === "problem" || kind === "warning";
}

/** Within so many pixels of a mark a press means the mark. */
const REACH = 4;
/** A mark is at least so tall, in pixels. */
const MIN_HEIGHT = 2;

class Track {
  readonly dom = document.createElement("div");
  #marks: TrackMark[] = [];
  #stale = true;
  #tops: number[] = [];
  readonly #measure = {
    key: this,
    read: () => this.#read(),
    write: (made: DocumentFragment | null) => this.#write(made),
  };

  constructor(readonly view: EditorView) {
    this.dom.className = "rdit-track";
    // The outline says the same to those who listen.
    this.dom.setAttribute("aria-hidden", "true");
    this.dom.addEventListener("pointerdown", (event) => this.#go(event));
    view.dom.append(this.dom);
    view.requestMeasure(this.#measure);
  }

  update(update: ViewUpdate): void {
    const { startState, state } = update;
    const changed = changesOutline(update) || startState.facet(trackAlso) !== state.facet(trackAlso);
    this.#stale ||= changed;
    if (changed || update.geometryChanged || update.heightChanged) this.view.requestMeasure(this.#measure);
  }

  destroy(): void {
    this.dom.remove();
  }

  /** Where the marks are, as the scroll bar has them. */
  #read(): DocumentFragment | null {
    const { view } = this;
    const { clientHeight, clientWidth, offsetWidth, scrollHeight } = view.scrollDOM;
    if (clientHeight === 0) return null;
    const isWhole = readOn(view.state);
    if (this.#stale) this.#marks = trackMarks(view.state);
    this.#stale = !isWhole;
    if (!isWhole) whenIdle(() => view.dom.isConnected && view.requestMeasure(this.#measure));
    const scale = clientHeight / Math.max(scrollHeight, clientHeight);
    const padding = view.documentPadding.top;
    const made = document.createDocumentFragment();
    this.#tops = this.#marks.map(({ kind, from, to, title }) => {
      const first = view.lineBlockAt(Math.min(from, view.state.doc.length));
      const last = to === from ? first : view.lineBlockAt(Math.min(to, view.state.doc.length));
      const top = (first.top + padding) * scale;
      const bottom = ((isPoint(kind) ? first.top : last.bottom) + padding) * scale;
      const mark = document.createElement("div");
      mark.className = `rdit-track-mark rdit-track-${kind}`;
      mark.title = title;
      mark.style.top = `${top.toFixed(1)}px`;
      mark.style.height = `${Math.max(MIN_HEIGHT, bottom - top).toFixed(1)}px`;
      made.append(mark);
      return top;
    });
    this.dom.style.insetInlineEnd = `${offsetWidth - clientWidth}px`;
    this.dom.style.top = `${view.scrollDOM.offsetTop}px`;
    this.dom.style.height = `${clientHeight}px`;
    return made;
  }

  #write(made: DocumentFragment | null): void {
    if (made) this.dom.replaceChildren(made);
  }

  #go(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    const { view } = this;
    const at = event.clientY - this.dom.getBoundingClientRect().top;
    const distances = this.#tops.map((top) => Math.abs(top - at));
    const nearest = distances.indexOf(Math.min(...distances));
    const mark = this.#marks[nearest];
    if (mark && (distances[nearest] as number) <= REACH) {
      goTo(view, mark.from);
      return;
    }
    const { scrollHeight, clientHeight } = view.scrollDOM;
    view.scrollDOM.scrollTop = (at / clientHeight) * scrollHeight - clientHeight / 2;
  }
}

/** The extension. */
export function track(): Extension {
  return ViewPlugin.fromClass(Track);
}
