/** Grids over generated tables, to look at: `npm run dev`, then /test/output/table/gallery.html. */
import type { OutputItem } from "../../../src/backend/types";
import { renderItem } from "../../../src/output/render";
import { answer, GeneratedTable, leaf, list, nodeOf, opened, type Part, record } from "./generated";

const TABLE = "application/vnd.rdit.table+json";
const TREE = "application/vnd.rdit.tree+json";
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
  const text = `[${table.rows} rows x ${table.columns} columns]\n`;
  place(title, { type: "display", text, data: { [TABLE]: table.display(handle) } }, table.query);
}

function place(
  title: string,
  item: OutputItem,
  query: (request: Record<string, unknown>) => Promise<unknown>,
): void {
  const context = {
    goToLine: () => undefined,
    isScript: () => false,
    announce: (text: string) => void said.push(text),
    resized: () => undefined,
    query: (_: string, request: Record<string, unknown>) => query(request),
  };
  const heading = document.createElement("h2");
  heading.textContent = title;
  const section = document.createElement("section");
  section.id = `t${number}`;
  section.append(renderItem(item, context).dom);
  document.querySelector("main")?.append(heading, section);
}

function showTree(
  title: string,
  value: Part,
  more: (request: Record<string, unknown>) => Promise<unknown> = (r) => answer(value, r),
): void {
  number += 1;
  if (only !== null && only !== String(number)) return;
  const root = { ...nodeOf(value), ...opened(value, 0, 50) };
  place(title, { type: "display", text: `${value.repr}\n`, data: { [TREE]: { handle: "o1", root } } }, more);
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

const settings = record("dict", {
  "'name'": leaf("str", "'rdit'"),
  "'version'": list("tuple", [leaf("int", "0"), leaf("int", "1")]),
  "'ratio'": leaf("float", "0.25"),
  "'debug'": leaf("bool", "False"),
  "'parent'": leaf("NoneType", "None"),
  "'path'": leaf("PosixPath", "PosixPath('/tmp/data.csv')"),
  "'nested'": record("dict", { "'deep'": record("dict", { "'deeper'": list("list", [leaf("int", "1")]) }) }),
  "'a long text'": leaf("str", `'${"lorem ipsum ".repeat(60)}'`),
  "'many'": list(
    "list",
    Array.from({ length: 12_345 }, (_, at) => leaf("int", String(at * at))),
  ),
  "'empty'": list("list", []),
  "'point'": record("Point", { x: leaf("float", "1.5"), y: leaf("float", "-2.0") }),
  "'tags'": list("set", [leaf("str", "'a'"), leaf("str", "'b'")]),
});
showTree("A tree", settings);
showTree(
  "A long list",
  list(
    "list",
    Array.from({ length: 100_000 }, (_, at) => leaf("str", `'item ${at}'`)),
  ),
);
showTree("A tree that is gone", settings, async () => {
  throw Object.assign(new Error("gone"), { status: 404 });
});
showTree("A tree that changed", settings, async (request) => ({
  ...(await answer(settings, request)),
  changed: true,
}));

/** A figure as matplotlib gives it: two pixels for one, its size beside it. */
function showFigure(
  title: string,
  ink: string,
  paper: string | null,
  metadata: Record<string, unknown> = {},
): void {
  number += 1;
  if (only !== null && only !== String(number)) return;
  const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 960 });
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("the browser does not draw");
  if (paper) {
    pen.fillStyle = paper;
    pen.fillRect(0, 0, 1280, 960);
  }
  pen.scale(2, 2);
  pen.strokeStyle = ink;
  pen.fillStyle = ink;
  pen.lineWidth = 1;
  pen.strokeRect(80.5, 58.5, 496, 369);
  pen.font = "12px sans-serif";
  pen.fillText("sin(x) / x", 290, 48);
  pen.strokeStyle = "#1f77b4";
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (let x = 0; x <= 496; x += 1)
    pen.lineTo(80 + x, 300 - (180 * Math.sin((x - 248) / 20 + 1e-9)) / ((x - 248) / 20 + 1e-9));
  pen.stroke();
  const png = canvas.toDataURL("image/png").split(",")[1] ?? "";
  const size = { "image/png": { width: 640, height: 480 } };
  place(
    title,
    {
      type: "display",
      text: "<Figure size 640x480 with 1 Axes>\n",
      data: { "image/png": png },
      metadata: { ...size, ...metadata },
    },
    async () => null,
  );
}

showFigure("A figure", "#000", "#fff");
showFigure("A figure without a background", "#000", null);
showFigure("A figure for the dark", "#fff", null, { needs_background: "dark" });
