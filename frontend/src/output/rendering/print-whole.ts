/** What stands on paper is all there, or says that it is not. */
import { element } from "../../ui/element";
import { tellPrinting } from "./printing";

/** What is marked with this attribute is loaded or drawn at the moment. */
export const LOADING = "data-loading";
/** What is marked with this attribute has not been painted yet, so that on paper there would be a hole. */
export const UNPAINTED = "data-unpainted";

/** Says on paper that an output is missing there; the style sheet shows it where that is so when the pages are laid out. */
export function unprinted(): HTMLElement {
  const words =
    'This output had not been drawn when the browser printed. "Print or save as PDF" among the page\'s commands waits for it.';
  return element("p", { class: "rdit-unprinted" }, words);
}

/** When nothing more has come for so long, what is missing is not waited for any longer. */
const MAX_WAIT_MS = 10_000;

/** Print once everything in *root* is there: its pictures decoded, its charts drawn, its typefaces loaded. */
export async function printWhole(root: HTMLElement): Promise<void> {
  tellPrinting(true);
  await allLoaded(root);
  const pictures = [...root.querySelectorAll("img")];
  // One that cannot be decoded says so in its own place.
  await Promise.allSettled(pictures.map((picture) => picture.decode()));
  await document.fonts.ready;
  await nextFrame();
  try {
    window.print();
  } finally {
    tellPrinting(false);
  }
}

async function allLoaded(root: HTMLElement): Promise<void> {
  const missing = () => root.querySelectorAll(`[${LOADING}], [${UNPAINTED}]`).length;
  let latest = performance.now() + MAX_WAIT_MS;
  for (let before = missing(); before > 0 && performance.now() < latest; ) {
    await nextFrame();
    const now = missing();
    if (now < before) latest = performance.now() + MAX_WAIT_MS;
    before = now;
  }
}

function nextFrame(): Promise<unknown> {
  return new Promise(requestAnimationFrame);
}
