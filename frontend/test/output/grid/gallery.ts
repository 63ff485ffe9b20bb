/** Grids over generated tables, to look at: `npm run dev`, then /test/output/grid/gallery.html. */
import { renderItem } from "../../../src/output/render";
import { GeneratedTable } from "./generated";

const TABLE = "application/vnd.rdit.table+json";
const said: string[] = [];
const tables = new Map<string, GeneratedTable>();
Object.assign(window, { said, tables });

/** `?only=N` shows only the Nth, for measuring. */
const only = new URLSearchParams(location.search).get("only");
let number = -1;

function show(title: string, table: GeneratedTable): void {
  number += 1;
  if (only !== null && only !== String(number)) return;
  const handle = `t${number}`;
  tables.set(handle, table);
  const context = {
    goToLine: () => undefined,
    isScript: () => false,
    announce: (text: string) => void said.push(text),
    resized: () => undefined,
    query: (_: string, request: Record<string, unknown>) => table.query(request),
  };
  const text = `[${table.rows} rows x ${table.columns} columns]\n`;
  const rendered = renderItem({ type: "display", text, data: { [TABLE]: table.display(handle) } }, context);
  const heading = document.createElement("h2");
  heading.textContent = title;
  const section = document.createElement("section");
  section.id = handle;
  section.append(rendered.dom);
  document.querySelector("main")?.append(heading, section);
}

show("Ten million rows, a thousand columns", new GeneratedTable(10_000_000, 1000));
show("Small", new GeneratedTable(5, 4));
show("Empty", new GeneratedTable(0, 3));
show("No columns", new GeneratedTable(3, 0));
show("One column", new GeneratedTable(1234, 1));
show("Forty rows, sixty columns", new GeneratedTable(40, 60));

const slow = new GeneratedTable(100_000, 30);
slow.fate = { delay: 900 };
show("Answers slowly", slow);
const gone = new GeneratedTable(100_000, 30);
gone.fate = { refuse: { status: 404, message: "The table is gone." } };
show("Gone", gone);
const changed = new GeneratedTable(100_000, 30);
changed.fate = { changed: true };
show("Changed", changed);
const failing = new GeneratedTable(100_000, 30);
failing.fate = { refuse: { status: 503, message: "The kernel died; run the statement again." } };
show("Failing", failing);
