import { whatWasDropped } from "./dropped-files";
import type { FilesContext } from "./files-context";
import { folderOf } from "./paths";

/** Files and folders that are dropped on the page are uploaded, beside the script or into the folder under the pointer. */
export function keepDropsApart(files: FilesContext): void {
  const bringsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
  const folderUnder = ({ target }: DragEvent) => {
    const row = target instanceof Element ? target.closest<HTMLElement>("[data-drop-folder]") : null;
    return row?.dataset.dropFolder ?? folderOf(files.opened.activePath.peek() ?? "");
  };
  // Before the editor, which would put the text of a dropped file into the script.
  window.addEventListener(
    "dragover",
    (event) => {
      if (!bringsFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
      showTarget(folderUnder(event));
    },
    true,
  );
  window.addEventListener(
    "dragleave",
    ({ relatedTarget }) => relatedTarget === null && showTarget(null),
    true,
  );
  window.addEventListener(
    "drop",
    (event) => {
      if (!bringsFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      event.stopPropagation();
      const folder = folderUnder(event);
      showTarget(null);
      Promise.all([import("./uploads"), whatWasDropped(event.dataTransfer)])
        .then(([{ upload }, dropped]) => upload(files, dropped, folder))
        .catch((error: unknown) => files.report(error));
    },
    true,
  );
}

/** Mark where a file would land that is dropped now: the row of *folder*, or the tree for the workspace itself. */
function showTarget(folder: string | null): void {
  for (const marked of document.querySelectorAll("[data-drop-target]"))
    marked.removeAttribute("data-drop-target");
  if (folder === null) return;
  const place = folder === "" ? ".panel-tree" : `.panel-row[data-path="${CSS.escape(folder)}"]`;
  document.querySelector(place)?.setAttribute("data-drop-target", "");
}
