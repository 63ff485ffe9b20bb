/** Files that are looked at rather than edited: images, and tables of comma-separated values. */

import type { FileService } from "../files/file-service";
import { type Kind, nameOf } from "../files/paths";
import { element } from "../ui/element";
import { saveOut } from "../ui/save-file";
import { delimiterOf, rowsOf } from "./csv";
import "./preview.css";

/** So many rows are put on the page at once; more come when they are asked for. */
const PORTION = 500;

/** Show the file at *path* in *parent*; returns what shows it anew after it changed. Throws as the service does. */
export async function showView(
  kind: Kind,
  path: string,
  parent: HTMLElement,
  service: FileService,
): Promise<() => void> {
  const place = element("div", { class: "view", tabindex: "0", role: "region", "aria-label": nameOf(path) });
  parent.replaceChildren(place);
  const show = kind === "image" ? image : table;
  let end = await show(path, place, service);
  return () => {
    show(path, place, service).then(
      (next) => {
        end();
        end = next;
      },
      (error: unknown) => {
        if (!(error instanceof Error)) throw error;
        place.replaceChildren(element("p", { class: "view-problem", role: "alert" }, error.message));
      },
    );
  };
}

async function image(path: string, place: HTMLElement, service: FileService): Promise<() => void> {
  const content = await service.raw(path);
  const url = URL.createObjectURL(content);
  const shown = element("img", { src: url, alt: nameOf(path) });
  const size = element("span", {}, bytes(content.size));
  shown.addEventListener("load", () => {
    size.textContent = `${shown.naturalWidth} × ${shown.naturalHeight} pixels, ${bytes(content.size)}`;
  });
  shown.addEventListener("error", () => {
    size.textContent = `The browser cannot show this image (${bytes(content.size)}). Download it to see it elsewhere.`;
  });
  place.replaceChildren(bar(path, size, service), element("div", { class: "view-image" }, shown));
  return () => URL.revokeObjectURL(url);
}

async function table(path: string, place: HTMLElement, service: FileService): Promise<() => void> {
  const { content } = await service.readFile(path);
  const [head = [], ...rows] = rowsOf(content, delimiterOf(path, content));
  const width = rows.reduce((most, row) => Math.max(most, row.length), head.length);
  const numeric = Array.from({ length: width }, (_, column) => isNumeric(rows, column));
  const body = element("tbody");
  const entries = (row: readonly string[], tag: "td" | "th") =>
    Array.from({ length: width }, (_, column) =>
      element(
        tag,
        { class: numeric[column] && "view-number", scope: tag === "th" && "col" },
        row[column] ?? "",
      ),
    );
  const grid = element(
    "table",
    {},
    element("thead", {}, element("tr", {}, element("th", {}, ""), ...entries(head, "th"))),
    body,
  );
  const more = element("button", { type: "button", class: "button" });
  const foot = element("div", { class: "view-foot" }, more);
  let shown = 0;
  const add = () => {
    const next = rows.slice(shown, shown + PORTION);
    body.append(
      ...next.map((row, index) =>
        element("tr", {}, element("th", { scope: "row" }, String(shown + index + 1)), ...entries(row, "td")),
      ),
    );
    shown += next.length;
    foot.hidden = shown >= rows.length;
    more.textContent = `Show ${Math.min(PORTION, rows.length - shown).toLocaleString()} more rows`;
  };
  more.addEventListener("click", add);
  add();
  const words = `${rows.length.toLocaleString()} rows, ${width.toLocaleString()} columns`;
  place.replaceChildren(bar(path, element("span", {}, words), service), grid, foot);
  return () => undefined;
}

function isNumeric(rows: readonly (readonly string[])[], column: number): boolean {
  const values = rows.slice(0, PORTION).map((row) => row[column]?.trim() ?? "");
  const present = values.filter((value) => value !== "");
  return present.length > 0 && present.every((value) => Number.isFinite(Number(value)));
}

function bar(path: string, words: HTMLElement, service: FileService): HTMLElement {
  const download = element("button", { type: "button", class: "button button-small" }, "Download");
  download.addEventListener("click", () => {
    service.download(path).then(
      (content) => saveOut({ name: nameOf(path), content }),
      (error: unknown) => {
        if (!(error instanceof Error)) throw error;
        words.textContent = error.message;
      },
    );
  });
  return element("div", { class: "view-bar" }, words, download);
}

/** A size in words, such as `1.5 MB`. */
export function bytes(size: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let [value, unit] = [size, 0];
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}
