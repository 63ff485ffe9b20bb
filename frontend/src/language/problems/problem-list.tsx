import type { EditorView } from "@codemirror/view";
import type { ReadonlySignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { goTo } from "../../editor/outline/go-to";
import { moveIn } from "../../ui/entries/move-in";
import { messageParts } from "../findings/message-parts";
import { type Problem, ruleWords } from "../findings/problem";
import "../../ui/entries/entry-list.css";
import "../findings/findings.css";

/** So many are listed; who has more begins at the top. */
const MAX_LISTED = 500;

interface ProblemListProps {
  problems: ReadonlySignal<readonly Problem[]>;
  view: EditorView;
  /** The person went to one. */
  went(): void;
}

/** The problems of a script, in the order of its lines. */
export function ProblemList({ problems, view, went }: ProblemListProps) {
  const list = useRef<HTMLUListElement>(null);
  const all = problems.value;
  const listed = all.slice(0, MAX_LISTED);
  return (
    <>
      <ul ref={list} class="entry-list" onKeyDown={(event) => moveIn(list.current, event)}>
        {listed.map((problem, index) => (
          <li key={`${index} ${problem.from} ${problem.message}`}>
            <ProblemEntry
              {...{ problem, view }}
              choose={() => {
                goTo(view, problem.from);
                went();
              }}
            />
          </li>
        ))}
      </ul>
      {all.length > listed.length && (
        <p class="findings-more">{all.length - listed.length} more stand further down.</p>
      )}
    </>
  );
}

const SIGNS = { error: "✕", warning: "!", info: "i", hint: "·" } as const;

interface ProblemEntryProps {
  problem: Problem;
  view: EditorView;
  choose(): void;
}

function ProblemEntry({ problem, view, choose }: ProblemEntryProps) {
  const { severity, message, install, from } = problem;
  const line = view.state.doc.lineAt(Math.min(from, view.state.doc.length)).number;
  const [first = ""] = message.split("\n", 1);
  return (
    <button type="button" class="entry finding" title={message} onClick={choose}>
      <span class={`entry-sign finding-sign finding-${severity}`} aria-hidden="true">
        {SIGNS[severity]}
      </span>
      <span class="visually-hidden">{severity} </span>
      <span class="finding-words">
        <Message text={install ? `${first}. ${install}` : first} />{" "}
        <span class="finding-rule">{ruleWords(problem)}</span>
      </span>
      <span class="entry-line">
        <span class="visually-hidden"> line </span>
        {line}
      </span>
    </button>
  );
}

function Message({ text }: { text: string }) {
  return (
    <>
      {messageParts(text).map((part, index) =>
        part.isCode ? <code key={index}>{part.text}</code> : <span key={index}>{part.text}</span>,
      )}
    </>
  );
}
