/** Image files that an output of a script names. */
import { Refused } from "../backend/execution-backend";
import type { FileService } from "./file-service";
import { folderOf, joined, resolved } from "./paths";

/**
 * The image at *path* as the outputs of *script* name it: from the script's folder on, or else from the workspace, where a
 * script is run that lies deeper. Rejects in the server's words.
 */
export async function pictureBeside(
  script: string | null,
  path: string,
  service: Pick<FileService, "raw">,
): Promise<Blob> {
  const beside = resolved(joined(folderOf(script ?? ""), path));
  const inWorkspace = resolved(path);
  if (beside === null) throw new Error("This is outside of the workspace.");
  try {
    return await service.raw(beside);
  } catch (error) {
    const isMissing = error instanceof Refused && error.status === 404;
    if (!isMissing || !inWorkspace || inWorkspace === beside) throw error;
    return service.raw(inWorkspace);
  }
}
