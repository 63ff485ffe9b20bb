/** The formats that can be drawn. */

/** A table that can be asked for more. */
export const TABLE = "application/vnd.rdit.table+json";
/** An object that can be asked for its parts. */
export const TREE = "application/vnd.rdit.tree+json";
export const IMAGE_FORMATS = [
  "image/svg+xml",
  "image/png",
  "image/jpeg",
  "image/webp",
  "image/avif",
  "image/gif",
] as const;
export const SOUND_FORMATS = [
  "audio/wav",
  "audio/x-wav",
  "audio/mpeg",
  "audio/ogg",
  "audio/flac",
  "audio/mp4",
  "audio/webm",
] as const;
export const FILM_FORMATS = ["video/mp4", "video/webm", "video/ogg"] as const;

/** All of them, richest first. A format that is not here is shown by the item's text. */
export const DRAWN_FORMATS = [
  TABLE,
  "text/html",
  "text/markdown",
  "text/latex",
  ...FILM_FORMATS,
  ...SOUND_FORMATS,
  ...IMAGE_FORMATS,
  "application/json",
  TREE,
] as const;

export type DrawnFormat = (typeof DRAWN_FORMATS)[number];

export function isDrawn(format: string): format is DrawnFormat {
  return (DRAWN_FORMATS as readonly string[]).includes(format);
}
