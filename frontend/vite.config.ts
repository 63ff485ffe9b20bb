import { defineConfig } from "vitest/config";
import { compressed } from "./compress";
import { cut } from "./cut";
import { compactKatexFonts } from "./katex-fonts";
import { START, startFirst } from "./start-first";

export default defineConfig({
  // Relative addresses, so that the page also works behind a prefix.
  base: "./",
  plugins: [
    compactKatexFonts(),
    startFirst(),
    compressed(),
    cut("@codemirror/autocomplete", (name) => name.startsWith("closeBrackets")),
    cut("@codemirror/language", (name) => name !== "StreamLanguage"),
    cut("@codemirror/view", (name) => !/tooltip|hover|panel|dialog|placeholder/i.test(name)),
  ],
  build: {
    target: "es2022",
    // A page under a strict Content-Security-Policy has no inline scripts, and its images come as files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What every page needs comes in few files, which compress better; the rest comes when it is asked for.
        codeSplitting: {
          groups: [
            {
              name: START,
              test: /src\/(app\/early-requests|backend\/(http|open-session|execution-backend|execution-python)|documents\/draft-store|files\/paths)\.ts$/,
              priority: 2,
            },
            { name: "libraries", test: /node_modules/, tags: ["$initial"], priority: 1 },
            { name: "page", tags: ["$initial"] },
          ],
        },
      },
    },
  },
  server: { port: 5173 },
  test: {
    environment: "happy-dom",
    include: ["test/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    // A busy machine is slow, not wrong.
    testTimeout: 300_000,
  },
});
