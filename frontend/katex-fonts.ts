import type { Plugin } from "vite";

/** Keep KaTeX's fonts in WOFF2 alone, which every browser reads that the page runs in; the others double the build. */
export function compactKatexFonts(): Plugin {
  return {
    name: "compact-katex-fonts",
    enforce: "pre",
    transform(css, id) {
      if (!/katex[^/]*\.css($|\?)/.test(id)) return null;
      return { code: css.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("[^"]*"\)/g, ""), map: null };
    },
  };
}
