/**
 * HTML that needs scripts, in a frame that has no origin: it can reach neither the page nor the token nor the server.
 *
 * The frame's own document, `public/sandbox.html`, has its own Content-Security-Policy; `srcdoc` would inherit the
 * page's, under which no inline script runs. It writes what it is sent, reports its height, and says when it is painted.
 */
import type { OutputItem } from "../../backend/types";
import { element } from "../../ui/element";
import { LOADING, UNPAINTED } from "../rendering/print-whole";
import { memoryOf, type Remembered } from "../rendering/remembered";
import { chartHeight } from "./chart-height";

/** Pixels. What is taller scrolls within. */
const MAX_HEIGHT = 1600;
const DEFAULT_HEIGHT = 160;

/** A document that takes Leaflet from the network. */
const IS_MAP = /<script src="https:[^"]*\/leaflet@1[\d.]*\/dist\/leaflet\.js">/;

async function mapOf(html: string): Promise<string> {
  const { withOwnLibraries } = await import("./map-libraries");
  return withOwnLibraries(html);
}

/** By what is remembered of an item, which its next states share. */
const frames = new WeakMap<Remembered, SandboxFrame>();

/** The frame that draws *item*, in its place or before it has one. */
export function frameOf(item: OutputItem): SandboxFrame | undefined {
  return frames.get(memoryOf(item));
}

export class SandboxFrame {
  readonly dom: HTMLIFrameElement;
  /** Fulfilled when the frame has been painted as it was meant. */
  readonly painted: Promise<void>;
  /** Whether it was drawn before its output had a place, and may be taken to one. */
  isFree = false;
  /** Called when it has another height. */
  resized: () => void = () => undefined;
  #tellPainted: () => void = () => undefined;
  readonly #stop = new AbortController();
  readonly #themes = new MutationObserver(() => this.#send("theme"));
  #growths: number[] = [];

  constructor(
    private readonly item: OutputItem,
    private readonly html: string,
  ) {
    this.dom = element("iframe", {
      class: "rdit-frame",
      sandbox: "allow-scripts",
      referrerpolicy: "no-referrer",
      title: "Interactive output",
      src: new URL(`${import.meta.env.BASE_URL}sandbox.html`, document.baseURI).href,
    });
    this.dom.style.height = `${memoryOf(item).height ?? chartHeight(item) ?? DEFAULT_HEIGHT}px`;
    this.dom.setAttribute(LOADING, "");
    this.dom.setAttribute(UNPAINTED, "");
    this.painted = new Promise((resolve) => {
      this.#tellPainted = resolve;
    });
    const { signal } = this.#stop;
    window.addEventListener("message", (event) => this.#hear(event), { signal });
    window
      .matchMedia("(prefers-color-scheme: dark)")
      .addEventListener("change", () => this.#send("theme"), { signal });
    this.#themes.observe(document.documentElement, { attributeFilter: ["class", "style", "data-theme"] });
    frames.set(memoryOf(item), this);
  }

  destroy(): void {
    this.#stop.abort();
    this.#themes.disconnect();
    this.dom.remove();
    if (frameOf(this.item) === this) frames.delete(memoryOf(this.item));
  }

  /** Go to the end of *place*. */
  moveInto(place: HTMLElement): void {
    if (canMove && place.isConnected && this.dom.isConnected) {
      (place as unknown as Movable).moveBefore(this.dom, null);
      this.#send("theme");
    } else place.append(this.dom);
  }

  #hear(event: MessageEvent<unknown>): void {
    if (event.source !== this.dom.contentWindow || !event.data || typeof event.data !== "object") return;
    const { rdit, height } = event.data as { rdit?: unknown; height?: unknown };
    if (rdit === "ready") void this.#show();
    else if (rdit === "height" && typeof height === "number" && Number.isFinite(height)) this.#resize(height);
    else if (rdit === "painted") this.#settle();
  }

  async #show(): Promise<void> {
    this.dom.setAttribute(UNPAINTED, "");
    this.#send("show", IS_MAP.test(this.html) ? await mapOf(this.html) : this.html);
  }

  /** The frame has no origin that could be named; what is sent holds nothing but the output itself. */
  #send(what: "show" | "theme", html?: string): void {
    const style = getComputedStyle(this.dom.parentElement ?? this.dom);
    const scheme = style.colorScheme;
    const dark =
      /dark/.test(scheme) && (!/light/.test(scheme) || matchMedia("(prefers-color-scheme: dark)").matches);
    const theme = { dark, text: style.color, font: style.fontFamily, size: style.fontSize };
    this.dom.contentWindow?.postMessage({ rdit: what, html, theme }, "*");
  }

  #settle(): void {
    this.#measure();
    this.dom.removeAttribute(UNPAINTED);
    this.#tellPainted();
  }

  /** Paper is narrower than the screen, and a chart has no time to be drawn anew for it: it is scaled, by the style sheet. */
  #measure(): void {
    this.dom.style.setProperty("--drawn-width", `${this.dom.clientWidth}px`);
    this.dom.style.setProperty("--drawn-height", this.dom.style.height);
  }

  #resize(asked: number): void {
    this.dom.removeAttribute(LOADING);
    const height = Math.min(MAX_HEIGHT, Math.max(24, Math.ceil(asked)));
    const present = Number.parseFloat(this.dom.style.height);
    // What makes itself a little taller than its frame would grow for ever.
    const growths = height === present ? this.#growths : [...this.#growths, height - present].slice(-4);
    this.#growths = growths;
    const [first = 0] = growths;
    const isEndless = growths.length === 4 && first > 0 && growths.every((growth) => growth === first);
    if (height !== present && !isEndless) {
      this.dom.style.height = `${height}px`;
      memoryOf(this.item).height = height;
      this.resized();
    }
    this.#measure();
  }
}

interface Movable {
  moveBefore(moved: Node, before: Node | null): void;
}

/** Whether a frame can be moved and go on as it is; otherwise it loads anew when it is put into another place. */
export const canMove = "moveBefore" in Element.prototype;
