/** Files that an output of a script names: from the script's folder on, or from the workspace, in which it may run. */
import { Refused } from "../backend/execution-backend";
import type { FileService } from "./file-service";
import { folderOf, joined, nameOf, resolved } from "./paths";

/** Where *path* may be, the likeliest place first. Throws when that is nowhere in the workspace. */
function placesOf(script: string | null, path: string): [string, ...string[]] {
  const beside = resolved(joined(folderOf(script ?? ""), path));
  if (beside === null) throw new Error("This is outside of the workspace.");
  const inWorkspace = resolved(path);
  return inWorkspace && inWorkspace !== beside ? [beside, inWorkspace] : [beside];
}

/** The image at *path* as the outputs of *script* name it. Rejects in the server's words. */
export async function pictureBeside(
  script: string | null,
  path: string,
  service: Pick<FileService, "raw">,
): Promise<Blob> {
  const [beside, inWorkspace] = placesOf(script, path);
  try {
    return await service.raw(beside);
  } catch (error) {
    const isMissing = error instanceof Refused && error.status === 404;
    if (!isMissing || inWorkspace === undefined) throw error;
    return service.raw(inWorkspace);
  }
}

/** The path from the workspace of the file that the outputs of *script* call *path*, be it there or not. */
export async function fileBeside(
  script: string | null,
  path: string,
  service: Pick<FileService, "list">,
): Promise<string> {
  const [beside, inWorkspace] = placesOf(script, path);
  if (inWorkspace === undefined) return beside;
  try {
    const { entries } = await service.list(folderOf(beside));
    return entries.some(({ name }) => name === nameOf(beside)) ? beside : inWorkspace;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return inWorkspace;
    throw error;
  }
}
