/** Lazy renderers, whose code is loaded when the first of their items is shown. */
import type { OutputItem } from "../../backend/types";
import { element } from "../../ui/element";
import { LOADING } from "./print-whole";
import { memoryOf } from "./remembered";
import type { RenderContext, Renderer, Rendering } from "./rendering";

interface Outline {
  /** The pixels that the rendering of *item* will be tall; null when *item* holds nothing that it can show. */
  height(item: OutputItem): number | null;
  /** What it is, as long as nobody better can say. */
  name: string;
}

/** A renderer that can be loaded before there is something to show. */
export type LazyRenderer = Renderer & { preload(): Promise<unknown> };

/** A renderer that comes from *load*; until then its place is kept free, so that nothing jumps. */
export function lazily(load: () => Promise<Renderer>, outline: Outline): LazyRenderer {
  let loaded: Renderer | null = null;
  const loading = async () => {
    loaded = await load();
    return loaded;
  };
  const render: Renderer = (item, context) => {
    const height = outline.height(item);
    if (height === null || loaded) return loaded?.(item, context) ?? null;
    return new LazyRendering(item, context, loading, memoryOf(item).height ?? height, outline.name);
  };
  return Object.assign(render, { preload: loading });
}

class LazyRendering implements Rendering {
  readonly dom = element("div", { class: "rdit-lazy" });
  changed: (() => void) | undefined;
  #inner: Rendering | null = null;
  #isDestroyed = false;

  constructor(
    private item: OutputItem,
    private readonly context: RenderContext,
    load: () => Promise<Renderer>,
    height: number,
    private readonly name: string,
  ) {
    this.dom.style.minHeight = `${height}px`;
    this.dom.setAttribute(LOADING, "");
    load().then(
      (render) => this.#show(render),
      () => this.#show(null),
    );
  }

  update(item: OutputItem): boolean {
    if (this.#inner && !this.#inner.update(item)) return false;
    this.item = item;
    return true;
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#inner?.destroy();
  }

  describe(): string {
    return this.#inner?.describe() ?? this.name;
  }

  copy(): ReturnType<Rendering["copy"]> {
    return this.#inner?.copy() ?? this.item.text;
  }

  save(): ReturnType<Rendering["save"]> {
    return (
      this.#inner?.save() ?? {
        name: "output.txt",
        content: new Blob([this.item.text], { type: "text/plain" }),
      }
    );
  }

  #show(render: Renderer | null): void {
    if (this.#isDestroyed) return;
    this.#inner = render?.(this.item, this.context) ?? null;
    this.dom.style.minHeight = "";
    this.dom.removeAttribute(LOADING);
    if (this.#inner) {
      this.#inner.changed = () => this.changed?.();
      this.dom.append(this.#inner.dom);
    } else {
      const why = render ? "" : "This view could not be loaded; reload the page to try again.";
      this.dom.append(
        element("p", { class: "rdit-note" }, why),
        element("pre", { class: "rdit-lines" }, this.item.text),
      );
    }
    this.changed?.();
    this.context.resized();
  }
}
