import type { FileService } from "../../files/file-service";
import type { OpenFiles } from "../../files/files-context";

/** What the page of an empty script works with. */
export interface BeginningParts {
  readonly service: Pick<FileService, "list">;
  readonly opened: Pick<OpenFiles, "recent" | "open">;
  /** Say why something could not be done. */
  report(error: unknown): void;
}
