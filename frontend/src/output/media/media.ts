/** Images, sound and films, from bytes to elements that load nothing but those bytes. */
import type { OutputItem } from "../../backend/types";
import { size } from "../../ui/amounts";
import { element } from "../../ui/element";
import { button } from "../rendering/controls";
import { IMAGE_FORMATS } from "../rendering/formats";
import { UNPAINTED } from "../rendering/print-whole";
import type { Action, RenderContext, Renderer, Rendering, Saved } from "../rendering/rendering";
import { decoded } from "./base64";
import { type ImageSize, imageSize } from "./image-size";
import "./media.css";

/** Pictures that were loaded before they are shown, so that they can be shown, or printed, at once. */
const loaded = new WeakMap<OutputItem, HTMLImageElement>();
const addresses = new FinalizationRegistry((url: string) => URL.revokeObjectURL(url));
/** Characters of pictures that are loaded so; the others come when they come into sight. */
const MAX_PRELOADED = 64_000_000;

/** Load the pictures of *items*. */
export function preloadPictures(items: readonly OutputItem[]): void {
  let room = MAX_PRELOADED;
  for (const item of items) {
    const format = IMAGE_FORMATS.find((one) => typeof item.data?.[one] === "string");
    if (format === undefined || loaded.has(item)) continue;
    room -= String(item.data?.[format]).length;
    const media = room > 0 ? Media.of(item, format) : null;
    if (!media) continue;
    // Whoever shows it has the same address, behind which the picture is decoded already.
    loaded.set(item, element("img", { src: media.url }));
    addresses.register(item, media.url);
  }
}

/** What an item holds in *format*: its bytes and their address within the page. */
class Media {
  readonly url: string;
  readonly #isShared: boolean;

  private constructor(
    readonly bytes: Uint8Array<ArrayBuffer>,
    readonly format: string,
    shared: string | undefined,
  ) {
    this.#isShared = shared !== undefined;
    this.url = shared ?? URL.createObjectURL(this.blob);
  }

  static of(item: OutputItem, format: string): Media | null {
    const data = item.data?.[format];
    if (typeof data !== "string") return null;
    const bytes = format === "image/svg+xml" ? new TextEncoder().encode(data) : decoded(data);
    return bytes && bytes.length > 0 ? new Media(bytes, format, loaded.get(item)?.src) : null;
  }

  get blob(): Blob {
    return new Blob([this.bytes], { type: this.format });
  }

  saved(): Saved {
    const extension = (this.format.split("/")[1] ?? "bin")
      .replace("svg+xml", "svg")
      .replace("mpeg", "mp3")
      .replace("x-", "");
    return { name: `output.${extension}`, content: this.blob };
  }

  release(): void {
    if (!this.#isShared) URL.revokeObjectURL(this.url);
  }
}

/** An SVG too is an image here: as such it runs no scripts and loads nothing. */
export function imageRenderer(format: string): Renderer {
  return (item, context) => {
    const media = Media.of(item, format);
    return media && new ImageView(item, media, context);
  };
}

class ImageView implements Rendering {
  readonly dom: HTMLElement;
  readonly actions: readonly Action[];
  readonly #image: HTMLImageElement;
  #size: ImageSize | null = null;

  constructor(
    item: OutputItem,
    private media: Media,
    readonly context: RenderContext,
  ) {
    this.#image = element("img", { class: "rdit-image", draggable: "true" });
    this.dom = element("div", { class: "rdit-picture" }, this.#image);
    const enlarge = button("Look closer", () => void this.lookCloser(), { icon: "enlarge" });
    this.actions = [{ dom: enlarge, available: () => this.#image.isConnected }];
    this.#image.addEventListener("click", () => void this.lookCloser());
    this.#image.addEventListener("load", () => {
      this.#image.removeAttribute(UNPAINTED);
      context.resized();
    });
    this.#image.addEventListener("error", () => {
      delete this.dom.dataset.paper;
      this.dom.replaceChildren(
        element(
          "p",
          { class: "rdit-note" },
          `This ${media.format} cannot be shown: the browser finds no image in it.`,
        ),
      );
      context.resized();
    });
    this.#show(item);
  }

  update(item: OutputItem): boolean {
    const media = Media.of(item, this.media.format);
    if (!media || !this.#image.isConnected) {
      media?.release();
      return false;
    }
    const before = this.media;
    this.media = media;
    this.#show(item);
    before.release();
    return true;
  }

  destroy(): void {
    // An image that is still being read would miss its address, and the browser would complain.
    this.#image.removeAttribute("src");
    this.media.release();
  }

  describe(): string {
    return this.#size ? `Image, ${this.#size.width} × ${this.#size.height}` : "Image";
  }

  /** As a PNG, which is what clipboards take. */
  async copy(): Promise<Blob> {
    if (this.media.format === "image/png") return this.media.blob;
    await this.#image.decode();
    const canvas = element("canvas", { width: this.#image.naturalWidth, height: this.#image.naturalHeight });
    canvas.getContext("2d")?.drawImage(this.#image, 0, 0);
    return new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The image is too large to copy.")))),
    );
  }

  save(): Saved {
    return this.media.saved();
  }

  async lookCloser(closed?: () => void): Promise<void> {
    const { lookAt } = await import("./figure");
    const { width, height } = this.#size ?? { width: this.#image.width, height: this.#image.height };
    const figure = {
      image: this.#image,
      width,
      height,
      paper: this.dom.dataset.paper,
      copy: () => this.copy(),
      save: () => this.save(),
      closed,
    };
    lookAt(figure, this.context);
  }

  #show(item: OutputItem): void {
    const own =
      this.media.format === "image/svg+xml"
        ? svgSize(new TextDecoder().decode(this.media.bytes))
        : imageSize(this.media.bytes, this.media.format);
    const stated = (item.metadata?.[this.media.format] ?? {}) as Partial<Record<keyof ImageSize, unknown>>;
    this.#size = shownSize(own, positive(stated.width), positive(stated.height));
    for (const side of ["width", "height"] as const)
      if (this.#size) this.#image.setAttribute(side, String(Math.round(this.#size[side])));
      else this.#image.removeAttribute(side);
    // Figures are mostly drawn for white paper; where nothing else is said they get some in the dark as well.
    this.dom.dataset.paper = item.metadata?.needs_background === "dark" ? "dark" : "light";
    this.#image.alt = describeImage(item);
    this.#image.src = this.media.url;
    this.#image.toggleAttribute(UNPAINTED, !this.#image.complete);
  }
}

/** Show the image that *item* holds in a dialog. */
export function showImage(item: OutputItem, context: RenderContext): void {
  for (const format of IMAGE_FORMATS) {
    const media = Media.of(item, format);
    if (!media) continue;
    const image = new ImageView(item, media, context);
    void image.lookCloser(() => image.destroy());
    return;
  }
}

/** The text beside an image is its description, unless it is only a Python repr. */
function describeImage(item: OutputItem): string {
  const text = item.text.trim();
  return text && !/^<.*>$/s.test(text) && text.length < 200 ? text : "Image output";
}

function positive(value: unknown): number | null {
  const number = typeof value === "string" ? Number.parseFloat(value) : value;
  return typeof number === "number" && number > 0 && number < 1e5 ? number : null;
}

/** The size in CSS pixels: what is stated counts, and one side gives the other. */
function shownSize(own: ImageSize | null, width: number | null, height: number | null): ImageSize | null {
  if (width && height) return { width, height };
  if (!own || own.width === 0 || own.height === 0) return null;
  if (width) return { width, height: (width * own.height) / own.width };
  if (height) return { width: (height * own.width) / own.height, height };
  return own;
}

const UNITS: Record<string, number> = {
  "": 1,
  px: 1,
  pt: 4 / 3,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 9.6 / 2.54,
};

function svgSize(source: string): ImageSize | null {
  const root = new DOMParser().parseFromString(source, "image/svg+xml").documentElement;
  const length = (name: string) => {
    const match = /^\s*([\d.]+)\s*([a-z]*)\s*$/.exec(root.getAttribute(name) ?? "");
    const unit = match && UNITS[match[2] as string];
    return unit ? Number(match[1]) * unit : null;
  };
  const box = (root.getAttribute("viewBox") ?? "")
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const own = box.length === 4 && box[2] && box[3] ? { width: box[2], height: box[3] } : null;
  return shownSize(own, positive(length("width")), positive(length("height")));
}

export function playerRenderer(tag: "audio" | "video", format: string): Renderer {
  return (item) => {
    const media = Media.of(item, format);
    if (!media) return null;
    const player = element(tag, {
      class: `rdit-${tag}`,
      controls: true,
      preload: "metadata",
      "aria-label":
        item.text.trim() && !item.text.startsWith("<") ? item.text.trim().slice(0, 200) : undefined,
    });
    player.src = media.url;
    return {
      dom: player,
      update: (next) => next.data?.[format] === item.data?.[format],
      destroy() {
        player.pause();
        player.removeAttribute("src");
        media.release();
      },
      describe: () => `${tag === "audio" ? "Sound" : "Film"}, ${size(media.bytes.length)}`,
      copy: () => item.text,
      save: () => media.saved(),
    };
  };
}
