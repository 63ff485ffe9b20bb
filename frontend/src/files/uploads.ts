import { Refused } from "../backend/execution-backend";
import { isAbort } from "../backend/http";
import { partedWords } from "../documents/parted-words";
import { size } from "../ui/amounts";
import type { Dropped } from "./dropped-files";
import type { FilesContext } from "./files-context";
import { joined } from "./paths";

/** Upload what was dropped into *folder*, one file after another, and say how far it has come; Stop ends all of it. */
export async function upload(
  files: FilesContext,
  dropped: readonly Dropped[],
  folder: string,
): Promise<void> {
  const made = new Set<string>();
  const stopping = new AbortController();
  let done = 0;
  let total = 0;
  for (const [index, { file, folders }] of dropped.entries()) {
    let place = folder;
    for (const name of folders) {
      place = joined(place, name);
      if (!made.has(place)) await makeFolder(files, place);
      made.add(place);
    }
    const count = dropped.length > 1 ? ` (file ${index + 1} of ${dropped.length})` : "";
    const path = joined(place, file.name);
    if (await uploadOne(files, { file, path, count, replace: false, stopping })) {
      done += 1;
      total += file.size;
    }
    if (stopping.signal.aborted) break;
  }
  if (dropped.length === 1) return;
  const text = done === 0 ? "No file was uploaded." : `${done} files are uploaded (${size(total)}).`;
  files.notices.say({ subject: "uploaded", kind: "note", text });
}

/** Make a folder unless it is there. When something else has its name, the upload into it says so. */
async function makeFolder(files: FilesContext, path: string): Promise<void> {
  try {
    await files.service.createFolder(path);
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 409) throw error;
  }
}

interface Upload {
  readonly file: File;
  readonly path: string;
  /** Which of several it is, in words. */
  readonly count: string;
  readonly replace: boolean;
  readonly stopping: AbortController;
}

/** Upload one file; return whether it is there now. A name that is taken becomes a question, and the rest goes on. */
async function uploadOne(
  files: FilesContext,
  { file, path, count, replace, stopping }: Upload,
): Promise<boolean> {
  const subject = `upload ${path}`;
  const stop = { label: "Stop", run: () => stopping.abort() };
  const say = (text: string) =>
    files.notices.say({ subject, kind: "note", lasting: true, text, actions: [stop] });
  let told = -1;
  say(`Uploading ${path}${count}…`);
  try {
    const { otherNames } = await files.service.upload(path, file, {
      replace,
      signal: stopping.signal,
      progress(sent) {
        const percent = file.size > 0 ? Math.floor((100 * sent) / file.size) : 100;
        if (percent === told) return;
        told = percent;
        say(`Uploading ${path}${count}: ${percent} % of ${size(file.size)}`);
      },
    });
    if (otherNames)
      files.notices.say({ subject, kind: "warning", text: partedWords(path, "uploaded", otherNames) });
    else if (count) files.notices.withdraw(subject);
    else files.notices.say({ subject, kind: "note", text: `${path} is uploaded (${size(file.size)}).` });
    return true;
  } catch (error) {
    files.notices.withdraw(subject);
    if (isAbort(error)) return false;
    if (!(error instanceof Refused) || error.status !== 409 || replace) throw error;
    const again = () => {
      files.notices.withdraw(subject);
      const whole = { file, path, count: "", replace: true, stopping: new AbortController() };
      uploadOne(files, whole).catch((failure: unknown) => files.report(failure));
    };
    files.notices.say({
      subject,
      kind: "warning",
      text: error.message,
      actions: [{ label: "Replace it", run: again }],
    });
    return false;
  }
}
