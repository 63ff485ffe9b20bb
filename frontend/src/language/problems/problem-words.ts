/** What a problem says, where one points at it or has stepped to it. */
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import {
  closeHoverTooltips,
  EditorView,
  hoverTooltip,
  showTooltip,
  type Tooltip,
  ViewPlugin,
} from "@codemirror/view";
import { element } from "../../ui/element";
import { keyLabel } from "../../ui/keys";
import { messageParts } from "../findings/message-parts";
import { type Problem, ruleWords } from "../findings/problem";
import { problemsAt, problemsField } from "./problems-field";

/** Show the words of the problem that begins here, until the cursor or the text moves; null: no longer. */
const showWords = StateEffect.define<number | null>();

/** Take away what is said of problems: something else is to be seen. */
export const hideWords: readonly StateEffect<unknown>[] = [showWords.of(null), closeHoverTooltips];

/** Put the cursor at *problem*, and show what it says. */
export function goToProblem(view: EditorView, { from }: Problem): void {
  view.dispatch({
    selection: { anchor: from },
    effects: [EditorView.scrollIntoView(from, { y: "center" }), showWords.of(from)],
    userEvent: "select",
  });
  view.focus();
}

/** The words of *problems*; *fix* offers what can be done about one. */
export function wordsOf(problems: readonly Problem[], fix: (problem: Problem) => void): HTMLElement {
  return element(
    "div",
    { class: "rdit-problem-words" },
    ...problems.map((problem) => {
      const { severity, message, install } = problem;
      const offer = element(
        "button",
        { type: "button", class: "rdit-problem-fix" },
        `Quick fix… (${keyLabel("Mod-.")})`,
      );
      // The focus stays in the text until there is something to choose.
      offer.addEventListener("mousedown", (event) => event.preventDefault());
      offer.addEventListener("click", () => fix(problem));
      return element(
        "div",
        { class: `rdit-problem-entry rdit-problem-entry-${severity}` },
        element("div", { class: "rdit-problem-message" }, ...drawn(message)),
        ...(install ? [element("div", { class: "rdit-problem-message" }, ...drawn(install))] : []),
        element("div", { class: "rdit-problem-foot" }, ruleOf(problem), offer),
      );
    }),
  );
}

function drawn(message: string): (HTMLElement | string)[] {
  return messageParts(message).map(({ text, isCode }) => (isCode ? element("code", {}, text) : text));
}

/** The rule, with a link to where it is explained. */
function ruleOf(problem: Problem): HTMLElement {
  const words = ruleWords(problem);
  if (!problem.href) return element("span", {}, words);
  return element(
    "a",
    { href: problem.href, target: "_blank", rel: "noopener noreferrer", title: "What the rule says" },
    words,
  );
}

type Fix = (view: EditorView, problem: Problem) => void;

function tooltipFor(problems: readonly Problem[], at: { pos: number; end?: number }, fix: Fix): Tooltip {
  return {
    ...at,
    above: true,
    create: (view) => ({ dom: wordsOf(problems, (problem) => fix(view, problem)) }),
  };
}

/** The extension; *fix* offers what can be done about a problem. */
export function problemWords(fix: Fix): Extension {
  const stepped = StateField.define<Tooltip | null>({
    create: () => null,
    update(shown, { state, effects, docChanged, selection }) {
      const at = effects.findLast((effect) => effect.is(showWords))?.value as number | null | undefined;
      if (at === null) return null;
      if (at !== undefined) {
        const here = problemsAt(state, at, at).filter(({ from }) => from === at);
        return here.length > 0 ? tooltipFor(here, { pos: at }, fix) : null;
      }
      return docChanged || selection ? null : shown;
    },
    provide: (field) => showTooltip.from(field),
  });
  return [
    stepped,
    hoverTooltip((view, pos, side) => {
      // Beside the last character one points at what follows.
      const here = problemsAt(view.state, pos, pos).filter(
        ({ from, to }) => (from < pos || side > 0 || from === to) && (to > pos || side < 0 || from === to),
      );
      const [first] = here;
      if (!first) return null;
      // Of one that has several lines, the line that one points at stays in sight.
      const line = view.state.doc.lineAt(pos);
      const [from, to] = [Math.max(first.from, line.from), Math.min(first.to, line.to)];
      return tooltipFor(here, { pos: from, end: to }, fix);
    }),
    lineTitles,
  ];
}

/** Who points at the number of a line hears what is wrong there. */
const lineTitles = ViewPlugin.define((view) => {
  const point = ({ target }: MouseEvent) => {
    const mark = target instanceof Element ? target.closest<HTMLElement>(".rdit-problem-line") : null;
    if (!mark || !view.state.field(problemsField, false)) return;
    const height = mark.getBoundingClientRect().top + 1 - view.documentTop;
    const { from, to } = view.lineBlockAtHeight(height);
    mark.title = problemsAt(view.state, from, to)
      .map(({ message }) => message)
      .join("\n\n");
  };
  view.scrollDOM.addEventListener("mouseover", point);
  return { destroy: () => view.scrollDOM.removeEventListener("mouseover", point) };
});
