/**
 * An exception: what went wrong first, then where, from the place it was raised outwards. Frames of the script lead to
 * their lines; those of libraries are folded.
 */
import type { OutputItem } from "../../backend/types";
import { count } from "../../ui/amounts";
import { element } from "../../ui/element";
import { button } from "../rendering/controls";
import type { RenderContext, Rendering } from "../rendering/rendering";
import { ERROR_FORMAT, type ErrorFrame, type ErrorReport, readReport } from "./error-report";
import "./error.css";

/** Characters of a message that are shown at once. */
const LONG_MESSAGE = 4000;
/** Frames in a row beyond this are folded in the middle: deep recursion. */
const MAX_FRAMES = 12;

export function renderError(item: OutputItem, context: RenderContext): Rendering {
  const report = readReport(item.data?.[ERROR_FORMAT]);
  const dom = element("div", { class: "rdit-error" });
  if (report) {
    const preface = prefaceOf(item.text);
    if (preface) dom.append(element("p", { class: "rdit-note" }, preface));
    dom.append(...drawReport(report, context));
  } else dom.append(drawTraceback(item.text, context));
  return {
    dom,
    update: (next) => next.text === item.text && next.data?.[ERROR_FORMAT] === item.data?.[ERROR_FORMAT],
    destroy: () => undefined,
    describe: () => summary(item, report),
    copy: () => item.text,
    save: () => ({
      name: "traceback.txt",
      content: new Blob([item.text], { type: "text/plain;charset=utf-8" }),
    }),
  };
}

/** What stands before the traceback itself, such as what was being done when the exception came. */
function prefaceOf(text: string): string {
  const start = text.search(/^(?:\s*\+ Exception Group )?Traceback \(most recent call last\):/m);
  return start > 0 ? text.slice(0, start).trim() : "";
}

function summary(item: OutputItem, report: ErrorReport | null): string {
  const line = report ? `${report.type}: ${report.message}` : (item.text.trimEnd().split("\n").at(-1) ?? "");
  const short = line.replace(/: $/, "").split("\n")[0] ?? "";
  return short.length > 120 ? `${short.slice(0, 119)}…` : short;
}

// ---------------------------------------------------------------------------------------------- described

function drawReport(report: ErrorReport, context: RenderContext): HTMLElement[] {
  const parts = [drawHeading(report, context)];
  for (const note of report.notes) parts.push(element("div", { class: "rdit-error-note" }, note));
  if (report.frames.length > 0) parts.push(drawFrames(report, context));
  if (report.detail.trim()) parts.push(drawTraceback(report.detail, context));
  report.members.forEach((member, index) => {
    const label = `${index + 1} of ${report.members.length}`;
    parts.push(
      element(
        "section",
        { class: "rdit-error-member", "aria-label": `Exception ${label}` },
        element("div", { class: "rdit-error-relation" }, label),
        ...drawReport(member, context),
      ),
    );
  });
  for (const { report: cause, stated } of report.causes)
    parts.push(
      element(
        "section",
        { class: "rdit-error-cause" },
        element("div", { class: "rdit-error-relation" }, stated ? "caused by" : "while handling"),
        ...drawReport(cause, context),
      ),
    );
  return parts;
}

function drawHeading({ type, message }: ErrorReport, context: RenderContext): HTMLElement {
  const dom = element(
    "div",
    { class: "rdit-error-heading" },
    element("span", { class: "rdit-error-type" }, type),
  );
  if (!message) return dom;
  const text = element("span", { class: "rdit-error-message" }, message.slice(0, LONG_MESSAGE));
  dom.append(": ", text);
  if (message.length > LONG_MESSAGE) {
    const more = button(`… ${count(message.length - LONG_MESSAGE, "more character")}`, () => {
      text.textContent = message;
      more.remove();
      context.resized();
    });
    dom.append(more);
  }
  return dom;
}

const LIBRARY =
  /[\\/](?:site-packages|dist-packages)[\\/]|[\\/]lib(?:64)?[\\/]python\d|[\\/]Lib[\\/]|^<frozen |\.zip[\\/]/;
/** Code that Cython has compiled names its file as it was called where it was built. */
const COMPILED = /^(?![\\/]|[A-Za-z]:).+\.p(?:yx|xi|xd)$/;

function isCompiled({ file, source }: ErrorFrame): boolean {
  return source === "" && COMPILED.test(file);
}

function drawFrames({ frames, omittedFrames }: ErrorReport, context: RenderContext): HTMLElement {
  const dom = element("ol", { class: "rdit-error-frames", "aria-label": "Where, most recent call first" });
  // Neighbours of one kind make a group; those of libraries, and the middle of a deep recursion, fold.
  const inward = [...frames].reverse();
  // The kernel leaves frames out exactly in the middle.
  const gap = omittedFrames > 0 ? Math.floor(inward.length / 2) : -1;
  let at = 0;
  while (at < inward.length) {
    if (at === gap)
      dom.append(element("li", { class: "rdit-note" }, `… ${count(omittedFrames, "frame")} left out …`));
    const isLibrary = (frame: ErrorFrame | undefined) =>
      frame !== undefined &&
      !frame.inScript &&
      !context.isScript(frame.file) &&
      (LIBRARY.test(frame.file) || isCompiled(frame));
    let end = at + 1;
    while (end < inward.length && end !== gap && isLibrary(inward[end]) === isLibrary(inward[at])) end += 1;
    const group = inward.slice(at, end);
    at = end;
    if (isLibrary(group[0])) {
      dom.append(drawFolded(group, `${count(group.length, "frame")} in ${packagesOf(group)}`, context));
    } else if (group.length > MAX_FRAMES) {
      const ends = MAX_FRAMES / 2;
      for (const frame of group.slice(0, ends)) dom.append(drawFrame(frame, context));
      const middle = group.slice(ends, -ends);
      dom.append(drawFolded(middle, `${count(middle.length, "more frame")}`, context));
      for (const frame of group.slice(-ends)) dom.append(drawFrame(frame, context));
    } else {
      for (const frame of group) dom.append(drawFrame(frame, context));
    }
  }
  return dom;
}

function packagesOf(frames: readonly ErrorFrame[]): string {
  const names = frames.map((frame) => {
    if (isCompiled(frame)) return /^\w+(?=\.)/.exec(frame.name)?.[0] ?? shortFile(frame.file);
    const inPackages = /[\\/](?:site|dist)-packages[\\/]([^\\/]+)/.exec(frame.file)?.[1];
    if (inPackages) return inPackages.replace(/\.py$/, "");
    const inLibrary = /(?:[\\/]lib(?:64)?[\\/]python[\d.]+|[\\/]Lib|\.zip)[\\/]([^\\/]+)/.exec(
      frame.file,
    )?.[1];
    return (inLibrary ?? frame.file.replace(/^<frozen (.*)>$/, "$1")).replace(/\.py$/, "");
  });
  const distinct = [...new Set(names)];
  return distinct.length > 3 ? `${distinct.slice(0, 3).join(", ")} …` : distinct.join(", ");
}

function drawFolded(frames: readonly ErrorFrame[], label: string, context: RenderContext): HTMLElement {
  const list = element("ol", { class: "rdit-error-frames", hidden: true });
  const toggle = button(label, () => {
    const open = list.hidden;
    if (open && !list.hasChildNodes()) list.append(...frames.map((frame) => drawFrame(frame, context)));
    list.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    context.resized();
  });
  toggle.className = "rdit-error-folded";
  toggle.setAttribute("aria-expanded", "false");
  return element("li", {}, toggle, list);
}

function drawFrame(frame: ErrorFrame, context: RenderContext): HTMLElement {
  const own = frame.inScript || context.isScript(frame.file);
  const name = frame.name && frame.name !== "<module>" ? ` in ${frame.name}` : "";
  const file = own ? "" : `${shortFile(frame.file)} `;
  const place = element("span", { class: "rdit-error-place" }, `${file}line ${frame.line}${name}`);
  if (!own) place.title = frame.file;
  const dom = element("li", { class: own ? "rdit-error-frame rdit-error-own" : "rdit-error-frame" });
  const content = [place, ...(frame.source.trim() ? [drawSource(frame)] : [])];
  if (!own) dom.append(...content);
  else {
    const go = element(
      "button",
      { type: "button", class: "rdit-error-go", title: `Go to line ${frame.line}` },
      ...content,
    );
    go.addEventListener("click", () => context.goToLine(frame.line, frame.column ?? undefined));
    dom.append(go);
  }
  if (frame.variables.length > 0) dom.append(...drawVariables(frame, context));
  return dom;
}

/** What the variables of a frame held; closed until somebody wants to know. */
function drawVariables({ variables }: ErrorFrame, context: RenderContext): HTMLElement[] {
  const list = element("dl", { class: "rdit-error-variables", hidden: true });
  const toggle = button(count(variables.length, "variable"), () => {
    const open = list.hidden;
    if (open && !list.hasChildNodes())
      for (const { name, value } of variables) list.append(element("dt", {}, name), element("dd", {}, value));
    list.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    context.resized();
  });
  toggle.className = "rdit-error-folded rdit-error-more";
  toggle.setAttribute("aria-expanded", "false");
  return [toggle, list];
}

function shortFile(file: string): string {
  return file.split(/[\\/]/).slice(-2).join("/");
}

/** The line without its indentation, what failed in it underlined. */
function drawSource({ source, line, endLine, column, endColumn }: ErrorFrame): HTMLElement {
  const first = source.split("\n")[0] ?? "";
  const indentation = first.length - first.trimStart().length;
  const text = first.trim();
  const dom = element("code", { class: "rdit-error-source" });
  const from = (column ?? 0) - indentation;
  // A range that goes on over more lines is marked to the end of this one.
  const to = endLine !== null && endLine > line ? text.length : (endColumn ?? 0) - indentation;
  const whole = from <= 0 && to >= text.length;
  if (column === null || from < 0 || to <= from || whole) dom.append(text);
  else
    dom.append(
      text.slice(0, from),
      element("mark", { class: "rdit-error-mark" }, text.slice(from, to)),
      text.slice(to),
    );
  return dom;
}

// ---------------------------------------------------------------------------------------------- as Python writes it

/** A traceback as text, where the lines that name the script lead there. */
function drawTraceback(text: string, context: RenderContext): HTMLElement {
  const dom = element("pre", { class: "rdit-traceback" });
  const lines = text.replace(/\n$/, "").split("\n");
  const last = lines.findLastIndex((line) => /^\S/.test(line));
  const drawn = lines.map((line, index) => {
    const match = /^([\s|+-]*)(File "(.+)", line (\d+))(.*)$/.exec(line);
    if (match && context.isScript(match[3] as string)) {
      const [, indentation = "", place = "", , number = "", rest = ""] = match;
      const go = button(place, () => context.goToLine(Number(number)));
      go.className = "rdit-error-link";
      return [indentation, go, `${rest}\n`];
    }
    return index === last ? [element("strong", { class: "rdit-error-last" }, line), "\n"] : [`${line}\n`];
  });
  const folded = drawn.length - 60;
  if (folded <= 20) {
    dom.append(...drawn.flat());
    return dom;
  }
  const more = button(`Show ${count(folded, "more line")}`, () => {
    more.replaceWith(...drawn.slice(20, -40).flat());
    context.resized();
  });
  dom.append(...drawn.slice(0, 20).flat(), more, "\n", ...drawn.slice(-40).flat());
  return dom;
}
