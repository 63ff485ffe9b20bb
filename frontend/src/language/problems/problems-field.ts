/** Problems as state of the editor: underlined, and marked beside their lines. */
import {
  type EditorState,
  type Extension,
  RangeSet,
  RangeSetBuilder,
  StateEffect,
  StateField,
  type Text,
} from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, GutterMarker, gutterLineClass } from "@codemirror/view";
import type { Signal } from "@preact/signals";
import { type TrackMark, trackAlso } from "../../editor/outline/track";
import { isCounted, mappedProblems, type Problem, rank, type Severity } from "../findings/problem";
import "./problems.css";

export const setProblems = StateEffect.define<readonly Problem[]>();

/** What is known and how it is drawn. */
interface Shown {
  readonly problems: readonly Problem[];
  readonly marks: DecorationSet;
  /** Beside the lines; run marks are in a gutter of their own, which these leave alone. */
  readonly lines: RangeSet<GutterMarker>;
}

const NONE: Shown = { problems: [], marks: Decoration.none, lines: RangeSet.empty };

export const problemsField: StateField<Shown> = StateField.define<Shown>({
  create: () => NONE,
  update(shown, { docChanged, changes, effects, newDoc }) {
    const given = effects.findLast((effect) => effect.is(setProblems));
    if (given) return drawn(newDoc, given.value as readonly Problem[]);
    if (!docChanged || shown === NONE) return shown;
    return {
      problems: mappedProblems(shown.problems, changes),
      marks: shown.marks.map(changes),
      lines: shown.lines.map(changes),
    };
  },
  provide: (field) => [
    EditorView.decorations.from(field, ({ marks }) => marks),
    gutterLineClass.from(field, ({ lines }) => lines),
    trackAlso.compute([field], (state) => trackMarksOf(state.field(field).problems, state.doc)),
  ],
});

function drawn(doc: Text, problems: readonly Problem[]): Shown {
  if (problems.length === 0) return NONE;
  const marks = problems
    .filter(({ from, to }) => from < to)
    .map((problem) => Decoration.mark({ class: classOf(problem) }).range(problem.from, problem.to));
  return { problems, marks: Decoration.set(marks, true), lines: lineMarks(doc, problems) };
}

function trackMarksOf(problems: readonly Problem[], doc: Text): TrackMark[] {
  return problems
    .filter(({ severity }) => severity === "error" || severity === "warning")
    .map(({ severity, from, to, message }) => ({
      kind: severity === "error" ? ("problem" as const) : ("warning" as const),
      from,
      to,
      title: `${message.split("\n", 1)[0]}, line ${doc.lineAt(from).number}`,
    }))
    .sort((one, other) => Number(one.kind === "problem") - Number(other.kind === "problem"));
}

function classOf({ severity, unnecessary, deprecated }: Problem): string {
  const words = ["rdit-problem", `rdit-problem-${severity}`];
  if (unnecessary) words.push("rdit-unnecessary");
  if (deprecated) words.push("rdit-deprecated");
  return words.join(" ");
}

class LineMark extends GutterMarker {
  override readonly elementClass: string;

  constructor(severity: Severity) {
    super();
    this.elementClass = `rdit-problem-line rdit-problem-line-${severity}`;
  }
}

const LINE_MARKS = {
  error: new LineMark("error"),
  warning: new LineMark("warning"),
  info: new LineMark("info"),
};

/** A mark for each line on which a problem begins, of its worst. */
function lineMarks(doc: Text, problems: readonly Problem[]): RangeSet<GutterMarker> {
  const worst = new Map<number, Problem>();
  for (const problem of problems.filter(isCounted)) {
    const line = doc.lineAt(problem.from).from;
    const before = worst.get(line);
    if (!before || rank(problem) < rank(before)) worst.set(line, problem);
  }
  const marks = new RangeSetBuilder<GutterMarker>();
  for (const [line, { severity }] of [...worst].sort(([one], [other]) => one - other))
    if (severity !== "hint") marks.add(line, line, LINE_MARKS[severity]);
  return marks.finish();
}

/** The problems that are counted, at their places in *state*. */
export function countedProblems(state: EditorState): readonly Problem[] {
  return (state.field(problemsField, false)?.problems ?? []).filter(isCounted);
}

/** The problems that touch *from* to *to*, hints too, the narrowest first. */
export function problemsAt(state: EditorState, from: number, to: number): readonly Problem[] {
  return (state.field(problemsField, false)?.problems ?? [])
    .filter((one) => one.from <= to && one.to >= from)
    .sort((one, other) => rank(one) - rank(other) || one.to - one.from - (other.to - other.from));
}

/** Keeps *problems* as they are in the editor. */
export function followProblems(problems: Signal<readonly Problem[]>): Extension {
  return EditorView.updateListener.of(({ startState, state }) => {
    if (startState.field(problemsField, false) !== state.field(problemsField, false))
      problems.value = countedProblems(state);
  });
}
