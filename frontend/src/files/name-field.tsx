import { useLayoutEffect, useRef } from "preact/hooks";
import type { Naming } from "./panel-state";

interface NameFieldProps {
  naming: Naming;
  level: number;
  name: string;
  /** Called once, with nothing when the person thinks better of it. */
  done(name: string): void;
}

/** Where a name is typed, in the row that will have it. */
export function NameField({ naming, level, name, done }: NameFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const over = useRef(false);
  // At once, not after the next frame: what is typed until then would go elsewhere, and be selected afterwards.
  useLayoutEffect(() => {
    const dot = name.lastIndexOf(".");
    field.current?.focus();
    field.current?.setSelectionRange(0, dot > 0 ? dot : name.length);
  }, [name]);
  const end = (typed: string) => {
    if (over.current) return;
    over.current = true;
    done(typed.trim());
  };
  return (
    <div class="panel-naming" style={indented(level)}>
      <input
        ref={field}
        type="text"
        aria-label={naming.kind === "rename" ? `New name of ${name}` : `Name of the new ${naming.kind}`}
        defaultValue={name}
        spellcheck={false}
        autocomplete="off"
        onBlur={() => end("")}
        onKeyDown={(event) => {
          if (event.key === "Enter") end(event.currentTarget.value);
          else if (event.key === "Escape") end("");
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
    </div>
  );
}

/** The style of a row at *level* of the tree. */
export function indented(level: number): { paddingLeft: string } {
  return { paddingLeft: `${level * 0.75}rem` };
}
