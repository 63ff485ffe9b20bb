import type { Plugin } from "vite";

/** What the built file of `src/app/early-requests.ts` is called. */
export const START = "start";

/**
 * Run `src/app/early-requests.ts` as soon as it is there, rather than after all that imports it: what the page shows
 * first is then on its way while the browser still compiles the page.
 */
export function startFirst(): Plugin {
  return {
    name: "start-first",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle }) {
        const chunk = Object.values(bundle ?? {}).find(({ name }) => name === START);
        if (!chunk) this.error("There is no file of its own for src/app/early-requests.ts.");
        if (chunk.type === "chunk" && chunk.imports.length > 0)
          this.error(
            `src/app/early-requests.ts waits for ${chunk.imports}: its file in vite.config.ts is to hold all it needs.`,
          );
        const address = `./${chunk.fileName}`;
        // It is no preload any more, as the page itself asks for it.
        const preload = new RegExp(`\\s*<link rel="modulepreload"[^>]* href="${address}">`);
        const script = `<script type="module" async crossorigin src="${address}"></script>`;
        return html.replace(preload, "").replace(/( *)<script /, `$1${script}\n$&`);
      },
    },
  };
}
