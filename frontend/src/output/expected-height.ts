/** How tall an output is going to be, known before its code is loaded, its picture decoded or its chart drawn. */
import type { OutputItem } from "../backend/types";
import { chartHeight } from "./html/chart-height";
import { htmlHeight } from "./html/html-height";
import { decoded } from "./media/base64";
import { imageSize } from "./media/image-size";
import { IMAGE_FORMATS } from "./rendering/formats";
import { formatsOf } from "./rendering/item-data";
import { memoryOf } from "./rendering/remembered";
import { gridHeight } from "./table/height";
import { treeHeight } from "./tree/tree-height";

const LINE_HEIGHT = 21;
/** More lines of a text are folded. */
const MAX_LINES = 20;
/** Around each output. */
const PADDING = 16;
/** The size of an image stands within the first so many characters of its base64; a multiple of four. */
const HEAD_LENGTH = 1 << 16;
const UNKNOWN_IMAGE = 300;
/** Data that were too large for the session's answer fill their frame. */
const OMITTED_HEIGHT = 420;

/** The pixels that *item* will be tall where there is *room* for its width. */
export function expectedHeight(item: OutputItem, room: number): number {
  const known = memoryOf(item).height;
  return PADDING + (known ?? imageHeight(item, room) ?? contentHeight(item));
}

/** *next* takes the place of *item*: until it is drawn it is taken to be as tall, if it is of the same kind. */
export function expectHeightOf(item: OutputItem, next: OutputItem): void {
  const { height } = memoryOf(item);
  const kind = (one: OutputItem) => formatsOf(one).join();
  if (height !== undefined && kind(item) === kind(next)) memoryOf(next).height ??= height;
}

/** The size that *item* will have where there is room for it; a width only of pictures whose size is stated. */
export function expectedSize(item: OutputItem): { width: number | null; height: number } {
  const known = memoryOf(item).height;
  const picture = known === undefined ? pictureSize(item) : null;
  if (picture && picture.width > 1) return picture;
  return { width: null, height: known ?? picture?.height ?? contentHeight(item) };
}

function contentHeight(item: OutputItem): number {
  if (item.dataOmitted) return OMITTED_HEIGHT;
  return (
    gridHeight(item) ??
    chartHeight(item) ??
    htmlHeight(item) ??
    treeHeight(item) ??
    Math.min(countLines(item.text), MAX_LINES) * LINE_HEIGHT
  );
}

const heights = new WeakMap<OutputItem, { width: number; height: number } | null>();

function imageHeight(item: OutputItem, room: number): number | null {
  const size = pictureSize(item);
  return size && size.height * Math.min(1, room / size.width);
}

function pictureSize(item: OutputItem): { width: number; height: number } | null {
  let size = heights.get(item);
  if (size === undefined) {
    size = sizeOf(item);
    heights.set(item, size);
  }
  return size;
}

function sizeOf({ data, metadata, dataOmitted }: OutputItem): { width: number; height: number } | null {
  const format = IMAGE_FORMATS.find((one) => typeof data?.[one] === "string" || dataOmitted?.[one]);
  if (format === undefined) return null;
  const stated = (metadata?.[format] ?? {}) as { width?: unknown; height?: unknown };
  if (typeof stated.width === "number" && typeof stated.height === "number")
    return { width: stated.width, height: stated.height };
  const content = String(data?.[format] ?? "");
  const bytes = format === "image/svg+xml" ? null : decoded(content.slice(0, HEAD_LENGTH));
  return (bytes && imageSize(bytes, format)) ?? { width: 1, height: UNKNOWN_IMAGE };
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0 && lines < MAX_LINES; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
