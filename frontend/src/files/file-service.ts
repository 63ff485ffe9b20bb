import { Refused, Unreachable } from "../backend/execution-backend";
import { answer, problemIn, request, type Server } from "../backend/http";
import type {
  DeletedResponse,
  FileContent,
  FindResponse,
  FolderResponse,
  PathResponse,
  UploadResponse,
  VersionResponse,
} from "../backend/types";
import type { FileStore } from "../documents/text-document";

export interface UploadOptions {
  /** Whether a file of that name may be replaced. */
  replace: boolean;
  /** Told how many bytes are on their way. */
  progress(sent: number): void;
  signal: AbortSignal;
}

/** The files of the workspace, over HTTP. Every method throws `Refused`, in the server's words, or `Unreachable`. */
export class FileService implements FileStore {
  constructor(private readonly server: () => Server) {}

  readFile(path: string): Promise<FileContent> {
    return this.#get("api/read-file", { path });
  }

  writeFile(path: string, content: string, version: string | null): Promise<VersionResponse> {
    return request(this.server(), "PUT", "api/write-file", { path, content, version });
  }

  /** What is in a folder; empty for the workspace itself. */
  list(path: string): Promise<FolderResponse> {
    return this.#get("api/list-files", { path });
  }

  find(query: string, limit: number, signal: AbortSignal): Promise<FindResponse> {
    return this.#get("api/find-files", { query, limit: String(limit) }, signal);
  }

  createFolder(path: string): Promise<PathResponse> {
    return request(this.server(), "POST", "api/create-folder", { path });
  }

  rename(path: string, to: string): Promise<PathResponse> {
    return request(this.server(), "POST", "api/rename-file", { path, to });
  }

  /** Move a file or folder to the trash. */
  remove(path: string): Promise<DeletedResponse> {
    return request(this.server(), "POST", "api/delete-file", { path });
  }

  /** The bytes of a file, with their type if it is an image. */
  async raw(path: string, signal?: AbortSignal): Promise<Blob> {
    const address = `api/raw?${new URLSearchParams({ path })}`;
    return (await answer(this.server(), "GET", address, undefined, signal)).blob();
  }

  async download(path: string): Promise<Blob> {
    return (await answer(this.server(), "GET", `api/download?${new URLSearchParams({ path })}`)).blob();
  }

  /** Send *file*, which the browser reads from the disk as it goes: it is never whole in memory. */
  upload(path: string, file: File, { replace, progress, signal }: UploadOptions): Promise<UploadResponse> {
    const { url, token } = this.server();
    const parameters = new URLSearchParams({ path, replace: String(replace) });
    // Only XMLHttpRequest tells how far an upload has come.
    const sending = new XMLHttpRequest();
    sending.open("PUT", new URL(`api/upload?${parameters}`, url));
    if (token !== null) sending.setRequestHeader("Authorization", `Bearer ${token}`);
    sending.setRequestHeader("Content-Type", "application/octet-stream");
    const stop = () => sending.abort();
    signal.addEventListener("abort", stop, { once: true });
    return new Promise<UploadResponse>((resolve, reject) => {
      sending.upload.addEventListener("progress", ({ loaded }) => progress(loaded));
      sending.addEventListener("load", () => {
        if (sending.status === 200) resolve(JSON.parse(sending.responseText) as UploadResponse);
        else reject(new Refused(sending.status, problemIn(sending.responseText, sending)));
      });
      sending.addEventListener("error", () =>
        reject(new Unreachable("The connection broke during the upload.")),
      );
      sending.addEventListener("abort", () =>
        reject(new DOMException("The upload was stopped.", "AbortError")),
      );
      sending.send(file);
    }).finally(() => signal.removeEventListener("abort", stop));
  }

  #get<T>(path: string, parameters: Record<string, string>, signal?: AbortSignal): Promise<T> {
    return request(this.server(), "GET", `${path}?${new URLSearchParams(parameters)}`, undefined, signal);
  }
}
