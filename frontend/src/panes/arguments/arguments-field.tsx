import { useSignalEffect } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { RunAll } from "../../ui/icons";
import { keyLabel } from "../../ui/keys";
import type { ScriptArguments } from "./script-arguments";
import "./arguments.css";

interface ArgumentsFieldProps {
  given: ScriptArguments;
  /** Run the whole script in a fresh process. */
  runAfresh(): void;
  /** Give the focus back to the text. */
  leave(): void;
}

/** The script's arguments beside its title; nothing where it has no use for them. */
export function ArgumentsField({ given, runAfresh, leave }: ArgumentsFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useSignalEffect(() => {
    if (!given.wanted.value || !given.shown.value || !field.current) return;
    given.wanted.value = false;
    field.current.focus();
  });
  if (!given.shown.value) return null;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) runAfresh();
    else if (event.key === "Enter") {
      void given.keep().then((kept) => {
        if (kept && document.activeElement === field.current) leave();
      });
    } else if (event.key === "Escape") {
      given.putBack();
      leave();
    } else return;
    event.preventDefault();
  };
  const problem = given.problem.value;
  const help = `The script's sys.argv, split as a shell does. ${keyLabel("Mod-Enter")} runs all afresh with them.`;
  return (
    <div class="arguments">
      <span class="arguments-sign" aria-hidden="true">
        ▸
      </span>
      <input
        ref={field}
        type="text"
        class="arguments-line"
        value={given.line.value}
        placeholder="arguments"
        title={help}
        aria-label="Arguments"
        aria-describedby={`${id}-problem ${id}-help`}
        aria-invalid={problem !== ""}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        onInput={(event) => given.type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => void given.keep()}
      />
      {given.waits.value && (
        <button
          type="button"
          class="button button-small arguments-afresh"
          title="These arguments are used from the next fresh run on"
          onClick={runAfresh}
        >
          <RunAll />
          <span>Run afresh</span>
        </button>
      )}
      <span id={`${id}-help`} class="visually-hidden">
        {given.waits.value && "Used from the next fresh run on. "}
        {help}
      </span>
      {problem && (
        <span id={`${id}-problem`} role="alert" class="arguments-problem">
          {problem}
        </span>
      )}
    </div>
  );
}
