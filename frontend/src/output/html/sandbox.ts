/**
 * HTML that needs scripts, in a frame that has no origin: it can reach neither the page nor the token nor the server.
 *
 * The frame's own document, `public/sandbox.html`, has its own Content-Security-Policy; `srcdoc` would inherit the
 * page's, under which no inline script runs. It writes what it is sent, and reports its height.
 */
import type { OutputItem } from "../../backend/types";
import { element } from "../../ui/element";
import { LOADING } from "../rendering/printing";
import { memoryOf } from "../rendering/remembered";
import type { RenderContext, Rendering, Saved } from "../rendering/rendering";
import { chartHeight } from "./chart-height";
import "./sandbox.css";

/** Pixels. What is taller scrolls within. */
const MAX_HEIGHT = 1600;
const DEFAULT_HEIGHT = 160;

/** A document that takes Leaflet from the network. */
const IS_MAP = /<script src="https:[^"]*\/leaflet@1[\d.]*\/dist\/leaflet\.js">/;

async function mapOf(html: string): Promise<string> {
  const { withOwnLibraries } = await import("./map-libraries");
  return withOwnLibraries(html);
}

export class SandboxedHtml implements Rendering {
  readonly dom: HTMLElement;
  readonly #frame: HTMLIFrameElement;
  readonly #stop = new AbortController();
  readonly #themes = new MutationObserver(() => this.#send("theme"));
  #growths: number[] = [];

  constructor(
    private readonly item: OutputItem,
    private readonly html: string,
    readonly context: RenderContext,
  ) {
    const height = memoryOf(item).height ?? chartHeight(item) ?? DEFAULT_HEIGHT;
    this.#frame = element("iframe", {
      class: "rdit-frame",
      sandbox: "allow-scripts",
      referrerpolicy: "no-referrer",
      title: "Interactive output",
      src: new URL(`${import.meta.env.BASE_URL}sandbox.html`, document.baseURI).href,
    });
    this.#frame.style.height = `${height}px`;
    this.#frame.setAttribute(LOADING, "");
    this.dom = element("div", { class: "rdit-sandbox" }, this.#frame);
    const { signal } = this.#stop;
    window.addEventListener("message", (event) => this.#hear(event), { signal });
    window
      .matchMedia("(prefers-color-scheme: dark)")
      .addEventListener("change", () => this.#send("theme"), { signal });
    this.#themes.observe(document.documentElement, { attributeFilter: ["class", "style", "data-theme"] });
  }

  update(item: OutputItem): boolean {
    return item.data?.["text/html"] === this.html;
  }

  destroy(): void {
    this.#stop.abort();
    this.#themes.disconnect();
  }

  describe(): string {
    return "Interactive output";
  }

  copy(): string {
    return this.html;
  }

  save(): Saved {
    return { name: "output.html", content: new Blob([this.html], { type: "text/html;charset=utf-8" }) };
  }

  #hear(event: MessageEvent<unknown>): void {
    if (event.source !== this.#frame.contentWindow || !event.data || typeof event.data !== "object") return;
    const { rdit, height } = event.data as { rdit?: unknown; height?: unknown };
    if (rdit === "ready") void this.#show();
    else if (rdit === "height" && typeof height === "number" && Number.isFinite(height)) this.#resize(height);
  }

  async #show(): Promise<void> {
    this.#send("show", IS_MAP.test(this.html) ? await mapOf(this.html) : this.html);
  }

  /** The frame has no origin that could be named; what is sent holds nothing but the output itself. */
  #send(what: "show" | "theme", html?: string): void {
    const style = getComputedStyle(this.dom);
    const scheme = style.colorScheme;
    const dark =
      /dark/.test(scheme) && (!/light/.test(scheme) || matchMedia("(prefers-color-scheme: dark)").matches);
    const theme = { dark, text: style.color, font: style.fontFamily, size: style.fontSize };
    this.#frame.contentWindow?.postMessage({ rdit: what, html, theme }, "*");
  }

  #resize(asked: number): void {
    this.#frame.removeAttribute(LOADING);
    const height = Math.min(MAX_HEIGHT, Math.max(24, Math.ceil(asked)));
    const present = Number.parseFloat(this.#frame.style.height);
    if (height === present) return;
    // What makes itself a little taller than its frame would grow for ever.
    this.#growths = [...this.#growths, height - present].slice(-4);
    const [first = 0] = this.#growths;
    if (this.#growths.length === 4 && first > 0 && this.#growths.every((growth) => growth === first)) return;
    this.#frame.style.height = `${height}px`;
    memoryOf(this.item).height = height;
    this.context.resized();
  }
}
