import type { Plugin } from "vite";

/**
 * What the first load takes of *library* is pruned for itself: where it needs a few functions and a part that is loaded
 * later needs many, the bundler would put them all into the first load, as a module is never cut in two. *late* matches
 * those who import it later.
 */
export function prunedTwice(library: string, late: RegExp): Plugin {
  return {
    name: "rdit:pruned-twice",
    apply: "build",
    enforce: "pre",
    async resolveId(source, importer) {
      if (source !== library || !importer || late.test(importer)) return null;
      const resolved = await this.resolve(source, importer, { skipSelf: true });
      return resolved && { ...resolved, id: `${resolved.id}?first` };
    },
  };
}
