import type { EditorView } from "@codemirror/view";
import type { KeptAnswer } from "../../backend/types";
import type { Result } from "../../session/results";
import { typedAhead } from "../../ui/typed-ahead";
import { pageContext } from "./page-context";
import { recentlyTyped } from "./recent-typing";

/** The question of an `input()` or `getpass()` that waits. */
export interface Question {
  /** Its number, so that an answer that comes too late is not taken for the next one's. */
  readonly number: number;
  readonly prompt: string;
  readonly password: boolean;
}

/**
 * The question as a small form below its statement; *shown* tells whether the prompt is there already, as output.
 */
export function inputForm(question: Question, shown: boolean, view: EditorView): HTMLElement {
  const { answer } = view.state.facet(pageContext);
  const form = document.createElement("form");
  form.className = "rdit-input";
  const label = document.createElement("label");
  const prompt = document.createElement("span");
  prompt.className = shown ? "visually-hidden" : "rdit-input-prompt";
  prompt.textContent = question.prompt.trimEnd() || "Input";
  const field = document.createElement("input");
  field.type = question.password ? "password" : "text";
  field.autocomplete = "off";
  field.spellcheck = false;
  field.setAttribute("autocapitalize", "off");
  label.append(prompt, field);
  const send = button("Enter", "submit", "Send this line to the script");
  const end = button("No more input", "button", "There is no more input: input() raises EOFError");
  form.append(label, send, end);
  const finish = (text: string | null) => {
    for (const control of [field, send, end]) control.disabled = true;
    answer(text, question.number);
    view.focus();
    void typedAhead(nextQuestion(view));
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    finish(field.value);
  });
  end.addEventListener("click", () => finish(null));
  field.addEventListener("keydown", (event) => {
    // As in a terminal: Ctrl-D on an empty line is end-of-file.
    if (event.key !== "d" || !event.ctrlKey || field.value !== "") return;
    event.preventDefault();
    finish(null);
  });
  // Whoever is not in the middle of typing something else goes straight to the answer.
  queueMicrotask(() => {
    const active = document.activeElement;
    const elsewhere = active !== null && active !== document.body && !view.dom.contains(active);
    if (!elsewhere && !recentlyTyped(view)) field.focus({ preventScroll: true });
  });
  return form;
}

/** Whoever answers and types on within this time (milliseconds) means the next question, as in a terminal. */
const NEXT_MS = 1000;

/** Wait until another question has the focus, as long as it may be expected. */
function nextQuestion({ dom }: EditorView): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      dom.removeEventListener("focusin", look);
      resolve();
    };
    const look = ({ target }: FocusEvent) => {
      if (target instanceof HTMLInputElement && target.closest(".rdit-input")) done();
    };
    const timer = setTimeout(done, NEXT_MS);
    dom.addEventListener("focusin", look);
  });
}

/** What was answered before and given again, with the way to be asked. */
export function givenAnswers(answers: readonly KeptAnswer[], askAgain: () => void): HTMLElement {
  const row = document.createElement("div");
  row.className = "rdit-given";
  const words = document.createElement("span");
  words.append("Answered as before: ");
  answers.forEach(({ prompt, text }, index) => {
    const answer = document.createElement("kbd");
    answer.textContent = text;
    answer.title = prompt.trim();
    words.append(index > 0 ? ", " : "", answer);
  });
  const edit = button("Edit", "button", "Forget the answer and run the statement again, so that it asks");
  edit.setAttribute("aria-label", "Edit the answers");
  edit.addEventListener("click", () => {
    edit.disabled = true;
    askAgain();
  });
  row.append(words, edit);
  return row;
}

/** The answers of *result* that nobody was asked for. */
export function givenIn({ answers }: Pick<Result, "answers">): readonly KeptAnswer[] {
  return answers.filter(({ given }) => given);
}

function button(text: string, type: "button" | "submit", title: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = type;
  made.textContent = text;
  made.title = title;
  return made;
}
