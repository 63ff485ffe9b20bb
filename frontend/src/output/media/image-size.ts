/** The size in pixels that an image's own bytes state, so that its place is known before it is decoded. */

export interface ImageSize {
  width: number;
  height: number;
}

/** Read *bytes*, the whole file or its beginning; null when they do not say. */
export function imageSize(bytes: Uint8Array, format: string): ImageSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (format === "image/png") return png(view);
    if (format === "image/gif") return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (format === "image/jpeg") return jpeg(view);
    if (format === "image/webp") return webp(view);
  } catch (error) {
    // It ends before the place where the size stands.
    if (error instanceof RangeError) return null;
    throw error;
  }
  return null;
}

/** PNG 11.2.2 (IHDR). */
function png(view: DataView): ImageSize | null {
  return view.getUint32(12) === 0x49484452 ? { width: view.getUint32(16), height: view.getUint32(20) } : null;
}

/** JPEG (ITU T.81 B.2.2): the segment of the first start-of-frame marker. */
function jpeg(view: DataView): ImageSize | null {
  let at = 2;
  for (;;) {
    const marker = view.getUint16(at);
    if (marker < 0xff00) return null;
    const isFrame =
      marker >= 0xffc0 && marker <= 0xffcf && marker !== 0xffc4 && marker !== 0xffc8 && marker !== 0xffcc;
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
}

/** WebP container (RFC 9649): lossy, lossless or extended. */
function webp(view: DataView): ImageSize | null {
  const kind = view.getUint32(12);
  if (kind === 0x56503820)
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind === 0x5650384c) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind === 0x56503858) {
    const three = (at: number) => (view.getUint32(at, true) & 0xffffff) + 1;
    return { width: three(24), height: view.getUint16(27, true) + (view.getUint8(29) << 16) + 1 };
  }
  return null;
}
