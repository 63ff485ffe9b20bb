/** Files that are looked at rather than edited: images, and tables of comma-separated values. */

import type { ReadonlySignal } from "@preact/signals";
import { delimiterOf, rowsOf } from "../files/csv";
import type { FileService } from "../files/file-service";
import { nameOf } from "../files/paths";
import { size } from "../ui/amounts";
import { element } from "../ui/element";
import { saveOut } from "../ui/save-file";
import type { Pane } from "./pane";
import "./preview-pane.css";

/** So many rows are put on the page at once; more come when they are asked for. */
const PORTION = 500;

/** Show the file at *path* in *parent*. Throws as the service does. */
export async function openPreview(
  kind: "image" | "table",
  path: ReadonlySignal<string | null>,
  parent: HTMLElement,
  service: FileService,
): Promise<Pane> {
  const name = path.peek() ?? "";
  const place = element("div", { class: "view", tabindex: "0", role: "region", "aria-label": nameOf(name) });
  parent.replaceChildren(place);
  const show = kind === "image" ? image : table;
  let end = await show(name, place, service);
  const refresh = () => {
    show(name, place, service).then(
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
  return {
    commands: [],
    document: null,
    session: null,
    editor: null,
    status: () => (
      <>
        <span class="status-path">{path.value}</span>
        <span class="status-gap" />
      </>
    ),
    shown: () => undefined,
    focus: () => undefined,
    handleKey: () => undefined,
    fileChanged: ({ path: changed, change }) => {
      if (changed === path.peek() && change !== "deleted") refresh();
    },
    destroy: () => undefined,
  };
}

async function image(path: string, place: HTMLElement, service: FileService): Promise<() => void> {
  const content = await service.raw(path);
  const url = URL.createObjectURL(content);
  const picture = element("img", { src: url, alt: nameOf(path) });
  const words = element("span", {}, size(content.size));
  picture.addEventListener("load", () => {
    words.textContent = `${picture.naturalWidth} × ${picture.naturalHeight} pixels, ${size(content.size)}`;
  });
  picture.addEventListener("error", () => {
    words.textContent = `The browser cannot show this image (${size(content.size)}). Download it to see it elsewhere.`;
  });
  place.replaceChildren(toolbar(path, words, service), element("div", { class: "view-image" }, picture));
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
  const footer = element("div", { class: "view-foot" }, more);
  let shown = 0;
  const add = () => {
    const next = rows.slice(shown, shown + PORTION);
    body.append(
      ...next.map((row, index) =>
        element("tr", {}, element("th", { scope: "row" }, String(shown + index + 1)), ...entries(row, "td")),
      ),
    );
    shown += next.length;
    footer.hidden = shown >= rows.length;
    more.textContent = `Show ${Math.min(PORTION, rows.length - shown).toLocaleString()} more rows`;
  };
  more.addEventListener("click", add);
  add();
  const words = `${rows.length.toLocaleString()} rows, ${width.toLocaleString()} columns`;
  place.replaceChildren(toolbar(path, element("span", {}, words), service), grid, footer);
  return () => undefined;
}

function isNumeric(rows: readonly (readonly string[])[], column: number): boolean {
  const values = rows.slice(0, PORTION).map((row) => row[column]?.trim() ?? "");
  const present = values.filter((value) => value !== "");
  return present.length > 0 && present.every((value) => Number.isFinite(Number(value)));
}

function toolbar(path: string, words: HTMLElement, service: FileService): HTMLElement {
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
