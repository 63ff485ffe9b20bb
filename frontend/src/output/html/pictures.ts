/** Images of a Markdown or HTML output that are files of the workspace, by their paths beside the script. */
import { element } from "../../ui/element";
import { isTooMuch } from "../media/svg-bounds";
import type { RenderContext } from "../rendering/rendering";

/** Holds the path of an image that is a file of the workspace. No markup brings it along: such attributes are removed. */
export const PICTURE = "data-picture";

/**
 * Fill the images within *content* whose files `sanitised` left to the page; one that cannot be shown becomes a word
 * why not.
 */
export function placePictures(content: ParentNode, context: RenderContext): void {
  for (const image of content.querySelectorAll<HTMLImageElement>(`img[${PICTURE}]`)) {
    const path = pathOf(image.getAttribute(PICTURE) ?? "");
    image.removeAttribute(PICTURE);
    if (!image.hasAttribute("alt")) image.alt = path.slice(path.lastIndexOf("/") + 1);
    show(image, path, context).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      image.replaceWith(
        element(
          "span",
          { class: "rdit-no-picture", role: "note" },
          reason.startsWith(path) ? reason : `${path}: ${reason}`,
        ),
      );
      context.resized();
    });
  }
}

async function show(image: HTMLImageElement, path: string, context: RenderContext): Promise<void> {
  if (!context.picture) throw new Error("Only a page that is connected to rdit can show files.");
  const picture = await context.picture(path);
  if (!picture.type.startsWith("image/")) throw new Error("This file is not an image that a browser shows.");
  if (picture.type.startsWith("image/svg") && isTooMuch(await picture.text()))
    throw new Error("This drawing asks for more shapes than the page draws in a moment.");
  const address = URL.createObjectURL(picture);
  try {
    image.src = address;
    await image.decode();
  } catch {
    throw new Error("The browser cannot read this image.");
  } finally {
    // What is decoded stays with the element.
    URL.revokeObjectURL(address);
  }
  context.resized();
}

/** What an address in a document names: without a query, with its escapes written out. */
export function pathOf(address: string): string {
  const path = address.trim().replace(/[?#].*$/s, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a per cent sign that is none of an escape belongs to the name
  }
}
