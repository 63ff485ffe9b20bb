import type { CSSProperties } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Naming } from "./tree";

interface NameFieldProps {
  naming: Naming;
  name: string;
  style: CSSProperties;
  /** Called once, with nothing when the person thinks better of it; *here* unless they turned to something else. */
  done(name: string, here: boolean): void;
}

/** Where a name is typed, in the row that will have it. */
export function NameField({ naming, name, style, done }: NameFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const over = useRef(false);
  // At once, not after the next frame: what is typed until then would go elsewhere, and be selected afterwards.
  useLayoutEffect(() => {
    const dot = name.lastIndexOf(".");
    field.current?.focus();
    field.current?.setSelectionRange(0, dot > 0 ? dot : name.length);
  }, [name]);
  const end = (typed: string, here: boolean) => {
    if (over.current) return;
    over.current = true;
    done(typed.trim(), here);
  };
  return (
    <div class="panel-naming" style={style}>
      <input
        ref={field}
        type="text"
        aria-label={naming.kind === "rename" ? `New name of ${name}` : `Name of the new ${naming.kind}`}
        defaultValue={name}
        spellcheck={false}
        autocomplete="off"
        onBlur={() => end("", false)}
        onKeyDown={(event) => {
          if (event.key === "Enter") end(event.currentTarget.value, true);
          else if (event.key === "Escape") end("", true);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
    </div>
  );
}
