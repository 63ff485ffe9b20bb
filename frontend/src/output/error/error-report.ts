/** An exception as the kernel describes it (`rdit/kernel/`), validated before anything relies on it. */

export const ERROR_FORMAT = "application/vnd.rdit.error+json";

export interface ErrorFrame {
  file: string;
  /** From 1. */
  line: number;
  /** The function, or `<module>`. */
  name: string;
  /** The source line as the file has it, or empty. */
  source: string;
  endLine: number | null;
  /** What failed within `source`, in characters from 0, the end excluded. */
  column: number | null;
  endColumn: number | null;
  inScript: boolean;
  /** What its variables held, in few words. */
  variables: { name: string; value: string }[];
}

export interface ErrorReport {
  /** As Python names it: `ValueError`, `json.decoder.JSONDecodeError`. */
  type: string;
  message: string;
  /** From `add_note`. */
  notes: string[];
  /** Outermost first, as in a traceback. */
  frames: ErrorFrame[];
  /** How many frames are left out in the middle of `frames`. */
  omittedFrames: number;
  /** What more is known of an error without an exception, such as the last stack of a process that died. */
  detail: string;
  /** What it followed from, nearest first: stated with `raise … from`, or merely under way at the time. */
  causes: { report: ErrorReport; stated: boolean }[];
  /** The members of an exception group. */
  members: ErrorReport[];
}

/** Deeper than this nobody reads, and a hostile one might have no end. */
const MAX_DEPTH = 20;

/** Read *data*; null when it is no such description. */
export function readReport(data: unknown, depth = 0): ErrorReport | null {
  if (!isRecord(data) || typeof data.type !== "string" || depth > MAX_DEPTH) return null;
  const reports = (value: unknown) =>
    list(value).flatMap((one) => {
      const report = readReport(one, depth + 1);
      return report ? [{ report, one: one as Record<string, unknown> }] : [];
    });
  return {
    type: data.type,
    message: typeof data.message === "string" ? data.message : "",
    notes: list(data.notes).filter((note) => typeof note === "string"),
    frames: list(data.frames).flatMap((frame) => readFrame(frame) ?? []),
    omittedFrames: typeof data.omittedFrames === "number" ? data.omittedFrames : 0,
    detail: typeof data.detail === "string" ? data.detail : "",
    causes: reports(data.causes).map(({ report, one }) => ({ report, stated: one.relation !== "context" })),
    members: reports(data.exceptions).map(({ report }) => report),
  };
}

function readFrame(data: unknown): ErrorFrame | null {
  if (!isRecord(data) || typeof data.file !== "string" || typeof data.line !== "number") return null;
  const number = (value: unknown) => (typeof value === "number" ? value : null);
  return {
    file: data.file,
    line: data.line,
    name: typeof data.name === "string" ? data.name : "",
    source: typeof data.source === "string" ? data.source : "",
    endLine: number(data.endLine),
    column: number(data.column),
    endColumn: number(data.endColumn),
    inScript: data.inScript === true,
    variables: list(data.variables).flatMap((one) =>
      isRecord(one) && typeof one.name === "string" && typeof one.value === "string"
        ? [{ name: one.name, value: one.value }]
        : [],
    ),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
