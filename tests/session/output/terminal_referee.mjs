// Reads a JSON list of texts from standard input and writes what the page's own terminal shows of each: its lines as
// runs of visible characters with their style. The sources are transpiled as they are, so nothing has to be built.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const frontend = process.argv[2];
const typescript = createRequire(join(frontend, "package.json"))("typescript");
const folder = mkdtempSync(join(tmpdir(), "terminal-"));
const options = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ES2022 };
for (const name of ["line", "row-columns", "sgr", "terminal", "text-width"]) {
  const source = readFileSync(join(frontend, "src", "output", "text", `${name}.ts`), "utf-8");
  const { outputText } = typescript.transpileModule(source, { compilerOptions: options });
  writeFileSync(join(folder, `${name}.mjs`), outputText.replaceAll(/^import "[^"]+\.css";$/gm, "").replaceAll(/"(\.\/[\w-]+)"/g, '"$1.mjs"'));
}
const { TerminalText } = await import(pathToFileURL(join(folder, "terminal.mjs")).href);
rmSync(folder, { recursive: true });

/** Each visible character with its column and style; blanks are left out, for a tab may be one or several. */
function seen(line) {
  const marks = [];
  let column = 0;
  for (const { text, style } of typeof line === "string" ? [{ text: line, style: null }] : line)
    for (const glyph of text) {
      if (glyph === "\t") column += 8 - (column % 8);
      else {
        if (glyph !== " ") marks.push([column, glyph, style && JSON.stringify(style)]);
        column += /^\p{M}$/u.test(glyph) ? 0 : /^[\u3000-\u9fff\u{1f300}-\u{1faff}]$/u.test(glyph) ? 2 : 1;
      }
    }
  return marks;
}

/** All that is seen of *text*, without the empty lines at its end. */
function picture(text) {
  const terminal = new TerminalText();
  terminal.set(text);
  terminal.advance();
  const lines = Array.from({ length: terminal.length }, (_, index) => seen(terminal.line(index)));
  while (lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf-8")).map(picture)));
