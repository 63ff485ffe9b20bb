import { element } from "./element";

/** Let the browser save a file. */
export function saveOut({ name, content }: { name: string; content: Blob }): void {
  const url = URL.createObjectURL(content);
  const link = element("a", { href: url, download: name });
  link.click();
  // The download has its own hold on the data once it began.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
