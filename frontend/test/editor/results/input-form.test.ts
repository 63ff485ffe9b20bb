import { EditorView } from "@codemirror/view";
import { afterEach, expect, test, vi } from "vitest";
import { inputForm } from "../../../src/editor/results/input-form";
import { type PageContext, pageContext } from "../../../src/editor/results/page-context";

let view: EditorView;
const answers: (string | null)[] = [];

function begin(): void {
  const page = { answer: (text) => answers.push(text) } as Partial<PageContext> as PageContext;
  view = new EditorView({ doc: "x = 1", extensions: [pageContext.of(page)], parent: document.body });
}

/** The script asks once more. */
function ask(number: number): HTMLInputElement {
  const form = inputForm({ number, prompt: `${number}? `, password: false }, false, view);
  view.dom.append(form);
  return form.querySelector("input") as HTMLInputElement;
}

const isAsked = (field: HTMLInputElement) => vi.waitFor(() => expect(document.activeElement).toBe(field));

function press(...keys: string[]): void {
  for (const key of keys)
    document.activeElement?.dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
    );
}

afterEach(() => {
  vi.useRealTimers();
  view.destroy();
  document.body.replaceChildren();
  answers.length = 0;
});

test("what is typed on after an answer is the answer to the questions that follow, and not part of the script", async () => {
  begin();
  const first = ask(1);
  await isAsked(first);
  first.value = "a";
  first.form?.requestSubmit();
  expect(answers).toEqual(["a"]);
  press("b", "Enter", "c");
  ask(2);
  await vi.waitFor(() => expect(answers).toEqual(["a", "b"]));
  const third = ask(3);
  await vi.waitFor(() => expect(third.value).toBe("c"));
  expect(view.state.doc.toString()).toBe("x = 1");
});

test("where no other question comes soon, it is for the script", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const written = vi.fn();
  document.execCommand = written;
  begin();
  const field = ask(1);
  await isAsked(field);
  field.form?.requestSubmit();
  expect(document.activeElement).toBe(view.contentDOM);
  press("y");
  await vi.advanceTimersByTimeAsync(990);
  expect(written).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(20);
  expect(written.mock.calls).toEqual([["insertText", false, "y"]]);
});
