/** Tables that are computed cell by cell, and answer the queries of a grid as the kernel does. */

type Request = Record<string, unknown>;
type Wire = string | { missing: string } | { nested: string };

interface GeneratedColumn {
  name: string;
  dtype: string;
  kind: string;
  cell(row: number): Wire;
}

/** Numbers that look random and are the same every time. */
export function noise(row: number, column: number): number {
  let hash = Math.imul(row + 1, 0x9e3779b1) ^ Math.imul(column + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

const CITIES = ["Lisbon", "Oslo", "Nairobi", "Kyoto", "São Paulo", "Reykjavík", "Wellington", "Montréal"];

const KINDS: ((number: number) => GeneratedColumn)[] = [
  (number) => ({
    name: number === 0 ? "id" : `id_${number}`,
    dtype: "int64",
    kind: "number",
    cell: (row) => String(row * 7 + number),
  }),
  (number) => ({
    name: `city_${number}`,
    dtype: "object",
    kind: "text",
    cell: (row) =>
      noise(row, number) < 0.05
        ? { missing: "None" }
        : (CITIES[Math.floor(noise(row, number) * 8)] as string),
  }),
  (number) => ({
    name: `price_${number}`,
    dtype: "float64",
    kind: "number",
    cell: (row) =>
      noise(row, number) < 0.08 ? { missing: "NaN" } : ((noise(row, number) - 0.3) * 1000).toFixed(4),
  }),
  (number) => ({
    name: `day_${number}`,
    dtype: "datetime64[ns]",
    kind: "time",
    cell: (row) => new Date(1.6e12 + row * 36e5).toISOString().slice(0, 19).replace("T", " "),
  }),
  (number) => ({
    name: `ok_${number}`,
    dtype: "bool",
    kind: "boolean",
    cell: (row) => (noise(row, number) > 0.5 ? "True" : "False"),
  }),
  (number) => ({
    name: `tags_${number}`,
    dtype: "list[str]",
    kind: "nested",
    cell: (row) => ({ nested: `['a', 'b${row % 10}']` }),
  }),
  (number) => ({
    name: `a remark with a long heading ${number}`,
    dtype: "string",
    kind: "text",
    cell: (row) => (row % 13 === 0 ? "a longer remark, ".repeat(20) : `remark ${row}`),
  }),
];

export interface Fate {
  /** Answers come after so many milliseconds. */
  delay?: number;
  /** From now on every question is refused so. */
  refuse?: { status: number; message: string };
  changed?: boolean;
  /** Never answer, as long as a statement runs. */
  until?: Promise<void>;
}

export class GeneratedTable {
  readonly asked: Request[] = [];
  fate: Fate = {};

  constructor(
    readonly rows: number,
    readonly columns: number,
  ) {}

  column(number: number): GeneratedColumn {
    return (KINDS[number % KINDS.length] as (typeof KINDS)[number])(number);
  }

  /** The value of its MIME type. */
  display(handle = "t1") {
    return {
      handle,
      kind: "DataFrame",
      fingerprint: "f",
      window: this.window({ row: 0, rows: 100, column: 0, columns: 40 }),
    };
  }

  readonly query = async (request: Request): Promise<unknown> => {
    this.asked.push(request);
    await this.fate.until;
    if (this.fate.delay) await new Promise((resolve) => setTimeout(resolve, this.fate.delay));
    if (this.fate.refuse) throw Object.assign(new Error(this.fate.refuse.message), this.fate.refuse);
    const fingerprint = this.fate.changed ? "changed" : "f";
    const known = request.fingerprint ?? "f";
    return { ...(this.answer(request) as object), fingerprint, changed: fingerprint !== known };
  };

  private answer(request: Request): unknown {
    if (request.kind === "window") return this.window(request);
    if (request.kind === "summary") return this.summary(Number(request.column));
    if (request.kind === "csv") return this.csv(request);
    throw new Error(`no query is called ${request.kind}`);
  }

  /** Sorting turns the rows round or not; a filter keeps every third: enough to see what a grid makes of it. */
  private order(view: unknown): { rows: number; at(row: number): number } {
    const {
      sort = [],
      filters = [],
      search = "",
    } = (view ?? {}) as { sort?: [number, boolean][]; filters?: object[]; search?: string };
    const step = filters.length > 0 || search ? 3 : 1;
    const rows = search === "nothing" ? 0 : Math.ceil(this.rows / step);
    const turned = sort[0]?.[1] ?? false;
    return { rows, at: (row) => (turned ? rows - 1 - row : row) * step };
  }

  private window(request: Request) {
    const order = this.order(request.view);
    const row = Number(request.row);
    const column = Number(request.column);
    const columns = Math.min(Number(request.columns), this.columns - column);
    const rows = Math.max(0, Math.min(Number(request.rows), order.rows - row));
    const numbers = Array.from({ length: rows }, (_, at) => order.at(row + at));
    const made = Array.from({ length: columns }, (_, at) => this.column(column + at));
    return {
      row,
      column,
      rows: order.rows,
      totalRows: this.rows,
      totalColumns: this.columns,
      indexNames: [""],
      index: numbers.map(String),
      columns: made.map(({ name, dtype, kind }, at) => ({ position: column + at, name, dtype, kind })),
      cells: made.map((one) => numbers.map((number) => one.cell(number))),
    };
  }

  private summary(number: number) {
    const column = this.column(number);
    const count = this.rows;
    if (column.kind === "number") {
      const histogram = Array.from({ length: 20 }, (_, at) =>
        Math.round(1e6 * Math.exp(-(((at - 7) / 4) ** 2))),
      );
      return {
        count,
        missing: Math.round(count * 0.08),
        distinct: count,
        minimum: -300,
        mean: 200.25,
        maximum: 699.9,
        histogram,
      };
    }
    if (column.kind === "time")
      return {
        count,
        missing: 0,
        distinct: count,
        minimum: "2020-09-13 12:26:40",
        maximum: "2031-02-07 04:26:40",
        histogram: Array(20).fill(50),
      };
    const frequent = CITIES.map((city, at) => [city, Math.round((count / 8) * (1 - at / 20))]);
    return { count, missing: Math.round(count * 0.05), distinct: 8, frequent };
  }

  private csv(request: Request) {
    const order = this.order(request.view);
    const {
      part = 0,
      row = 0,
      column = 0,
      header = true,
      index = true,
    } = request as Record<string, number> & { header?: boolean; index?: boolean };
    const columns = Number(request.columns ?? this.columns - Number(column));
    const end = Math.min(order.rows, Number(row) + Number(request.rows ?? order.rows));
    const step = Math.max(1, Math.floor(100_000 / columns));
    const start = Number(row) + Number(part) * step;
    const stop = Math.min(end, start + step);
    const numbers = Array.from({ length: columns }, (_, at) => Number(column) + at);
    const lines: string[] = [];
    const separator = String(request.separator);
    const names = numbers.map((number) => this.column(number).name);
    if (header && part === 0) lines.push([...(index ? [""] : []), ...names].join(separator));
    for (let at = start; at < stop; at += 1) {
      const cells = numbers.map((number) => {
        const cell = this.column(number).cell(order.at(at));
        return typeof cell === "string" ? cell : "nested" in cell ? cell.nested : "";
      });
      lines.push([...(index ? [String(order.at(at))] : []), ...cells].join(separator));
    }
    return { text: lines.map((line) => `${line}\n`).join(""), last: stop >= end };
  }
}

// ------------------------------------------------------------------------------------------------ objects

/** An object as the kernel sees it. */
export interface Part {
  type: string;
  repr: string;
  /** Null for what has no parts by nature. */
  parts: { key: string; value: Part }[] | null;
}

export function leaf(type: string, repr: string): Part {
  return { type, repr, parts: null };
}

export function list(type: string, values: Part[]): Part {
  const parts = values.map((value, at) => ({ key: type === "set" ? "" : String(at), value }));
  const [start, end] = type === "list" ? "[]" : type === "tuple" ? "()" : "{}";
  return {
    type,
    repr: `${start}${values
      .slice(0, 50)
      .map(({ repr }) => repr)
      .join(", ")}${end}`,
    parts,
  };
}

export function record(type: string, members: Record<string, Part>): Part {
  const parts = Object.entries(members).map(([key, value]) => ({ key, value }));
  return { type, repr: `{${parts.map(({ key, value }) => `${key}: ${value.repr}`).join(", ")}}`, parts };
}

export function nodeOf({ type, repr, parts }: Part) {
  const short = repr.length > 200 ? `${repr.slice(0, 200)}…` : repr;
  return parts ? { type, repr: short, length: parts.length } : { type, repr: short };
}

export function opened({ parts }: Part, start: number, count: number) {
  const some = (parts ?? []).slice(start, start + count);
  return {
    children: some.map(({ key, value }) => ({ key, value: nodeOf(value) })),
    more: Math.max(0, (parts ?? []).length - start - some.length),
  };
}

/** What the kernel answers when it is asked about *value*. */
export async function answer(value: Part, request: Request): Promise<Record<string, unknown>> {
  const path = (request.path ?? []) as number[];
  const part = path.reduce<Part>((at, position) => {
    const child = at.parts?.[position];
    if (!child) throw new Error("This part of the value is no longer there.");
    return child.value;
  }, value);
  if (request.kind === "text") return { text: part.repr };
  return { ...nodeOf(part), ...opened(part, Number(request.start), Number(request.count)), changed: false };
}
