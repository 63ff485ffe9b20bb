import { Refused } from "../backend/execution-backend";
import { isAbort } from "../backend/sse";
import type { Desk } from "./desk";
import { joined } from "./paths";
import { bytes } from "./views";

/** Upload *files* into *folder*, one after another, and say how far it has come. */
export async function upload(desk: Desk, files: readonly File[], folder: string): Promise<void> {
  for (const file of files) await uploadOne(desk, file, joined(folder, file.name), false);
}

async function uploadOne(desk: Desk, file: File, path: string, replace: boolean): Promise<void> {
  const subject = `upload ${path}`;
  const stopping = new AbortController();
  const stop = { label: "Stop", run: () => stopping.abort() };
  const say = (text: string) =>
    desk.notices.say({ subject, kind: "note", lasting: true, text, actions: [stop] });
  let told = -1;
  say(`Uploading ${path}…`);
  try {
    await desk.service.upload(path, file, {
      replace,
      signal: stopping.signal,
      progress(sent) {
        const percent = file.size > 0 ? Math.floor((100 * sent) / file.size) : 100;
        if (percent === told) return;
        told = percent;
        say(`Uploading ${path}: ${percent} % of ${bytes(file.size)}`);
      },
    });
    desk.notices.say({ subject, kind: "note", text: `${path} is uploaded (${bytes(file.size)}).` });
  } catch (error) {
    desk.notices.withdraw(subject);
    if (isAbort(error)) return;
    if (!(error instanceof Refused) || error.status !== 409 || replace) throw error;
    const again = () => {
      desk.notices.withdraw(subject);
      uploadOne(desk, file, path, true).catch((failure: unknown) => desk.report(failure));
    };
    desk.notices.say({
      subject,
      kind: "warning",
      text: error.message,
      actions: [{ label: "Replace it", run: again }],
    });
  }
}
