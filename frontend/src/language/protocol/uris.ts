/** Addresses of files as LSP has them, in terms of the workspace. */

/** Where packages are installed: what is there is read, and not edited, although it may be in the workspace. */
const INSTALLED = /(?:^|\/)(?:site-packages|dist-packages|node_modules)\//;

/** The path in the workspace at *rootUri* of the file at *uri*; null for what is not of the workspace. */
export function workspacePath(rootUri: string, uri: string, environment: string | null): string | null {
  const root = `${pathOf(rootUri).replace(/\/$/, "")}/`;
  const path = pathOf(uri);
  if (!path.startsWith(root) || INSTALLED.test(path)) return null;
  if (environment && `${path}/`.startsWith(`${environment.replace(/\/$/, "")}/`)) return null;
  return path.slice(root.length);
}

/** What a person calls the file at *uri*. */
export function labelOf(rootUri: string, uri: string): string {
  const root = `${pathOf(rootUri).replace(/\/$/, "")}/`;
  const path = pathOf(uri);
  return path.startsWith(root) ? path.slice(root.length) : path;
}

export function pathOf(uri: string): string {
  return decodeURIComponent(uri.replace(/^file:\/\//, ""));
}
