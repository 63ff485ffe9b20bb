// @vitest-environment node
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type Rolldown } from "vite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cut } from "../cut";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rdit-cut-"));
});
afterEach(() => rm(folder, { recursive: true }));

const LIBRARY = `
let count = 0;
const table = [];
for (const name of ["at the start"]) table.push(name);
function counted(text) { count += 1; return text + count + table; }
function first() { return counted("of the first"); }
class Rest { rest = "of the rest"; total = count; }
function rest() { return [new Rest(), counted("again")]; }
function reset() { count = 0; return "of what resets"; }
export { first, rest, reset };
`;

/** The code of what is loaded first and of what is loaded later, of a page that uses the library. */
async function built(library: string, later: string): Promise<{ first: string; late: string }> {
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await write("library.js", library);
  await write("page.js", `import { first } from "@library"; console.log(first(), import("./late.js"));`);
  await write("late.js", `import { ${later} } from "@library"; console.log(${later});`);
  const installed = join(folder, "library.js");
  const { output } = (await build({
    root: folder,
    configFile: false,
    logLevel: "error",
    plugins: [
      cut("@library", (name) => name === "first"),
      { name: "installed", enforce: "pre", resolveId: (id) => (id === "@library" ? installed : null) },
    ],
    build: { write: false, minify: false, rolldownOptions: { input: join(folder, "page.js") } },
  })) as Rolldown.RolldownOutput;
  const chunks = output.filter((one) => one.type === "chunk");
  const isLate = ({ name }: { name: string }) => name === "late";
  const codeOf = (those: typeof chunks) => those.map(({ code }) => code).join("\n");
  return { first: codeOf(chunks.filter((one) => !isLate(one))), late: codeOf(chunks.filter(isLate)) };
}

test("what is only used later is loaded later, and nothing is there twice", async () => {
  const { first, late } = await built(LIBRARY, "rest");
  for (const text of ["at the start", "of the first"]) {
    expect(first).toContain(text);
    expect(late).not.toContain(text);
  }
  expect(first).not.toContain("of the rest");
  expect(late).toContain("of the rest");
});

test("what assigns to a name of the first half stays with it", async () => {
  const { first, late } = await built(LIBRARY, "reset");
  expect(first).toContain("of what resets");
  expect(late).not.toContain("of what resets");
});

test("a library that is written another way is refused", async () => {
  await expect(built(`${LIBRARY}\nexport default first;`, "rest")).rejects.toThrow(
    "exports its names in a list",
  );
});
