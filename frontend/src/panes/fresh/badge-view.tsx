import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { type Command, perform } from "../../ui/commands";
import { keyLabel } from "../../ui/keys";
import { type Badge, type Cure, NOT_TRACKED } from "./badge";
import "./badge.css";

interface BadgeViewProps {
  badge: ReadonlySignal<Badge>;
  /** Those of the script, some of which the explanation offers besides the badge's own verb. */
  commands: readonly Command[];
  cure(cure: Cure): void;
  /** Give the focus back to the text. */
  leave(): void;
}

const OFFERED: readonly string[] = ["verify", "follow", "console"];

/** Whether the page is true: a word, the verb that cures it, and an explanation for those who ask. */
export function BadgeView({ badge, commands, cure, leave }: BadgeViewProps) {
  const open = useSignal(false);
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  const { kind, text, short, verb, details } = badge.value;
  const offered = commands.filter((command) => OFFERED.includes(command.id));
  const close = () => {
    open.value = false;
  };
  return (
    <div
      ref={place}
      role="toolbar"
      aria-label="How fresh the page is"
      class={`badge badge-${kind}`}
      onFocusOut={(event) => {
        if (!place.current?.contains(event.relatedTarget as Node | null)) close();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open.value) return;
        event.preventDefault();
        close();
        leave();
      }}
    >
      <button
        type="button"
        class="badge-state"
        aria-haspopup="dialog"
        aria-expanded={open.value}
        aria-controls={id}
        title={details.join("\n")}
        onClick={() => {
          open.value = !open.value;
        }}
        onMouseDown={(event) => event.preventDefault()}
      >
        <Sign kind={kind} />
        <span class="badge-text">{text}</span>
        <span class="badge-short" aria-hidden="true">
          {short}
        </span>
      </button>
      {verb && (
        <button
          type="button"
          class="badge-verb"
          title={verb.cure === "go on" ? keyLabel("Mod-Shift-Enter") : undefined}
          onClick={() => {
            close();
            cure(verb.cure);
            leave();
          }}
          onMouseDown={(event) => event.preventDefault()}
        >
          {verb.label}
          {verb.cure === "go on" && <kbd>{keyLabel("Mod-Shift-Enter")}</kbd>}
        </button>
      )}
      {open.value && (
        <Explanation id={id} label={text}>
          {details.map((detail) => (
            <p key={detail}>{detail}</p>
          ))}
          <p class="muted">{NOT_TRACKED}</p>
          <div class="badge-commands">
            {offered.map((command) => (
              <button
                key={command.id}
                type="button"
                class="button button-small"
                aria-pressed={command.pressed?.value}
                title={command.detail}
                onClick={() => {
                  close();
                  perform(command);
                }}
              >
                {command.title}
                {command.key && <kbd>{keyLabel(command.key)}</kbd>}
              </button>
            ))}
          </div>
        </Explanation>
      )}
    </div>
  );
}

function Explanation({ id, label, children }: { id: string; label: string; children: ComponentChildren }) {
  const dialog = useRef<HTMLDivElement>(null);
  // At once: the next key is the dialog's.
  useLayoutEffect(() => dialog.current?.focus(), []);
  return (
    <div ref={dialog} id={id} class="badge-more" role="dialog" aria-label={label} tabIndex={-1}>
      <p class="badge-more-title">{label}</p>
      {children}
    </div>
  );
}

/** Each state has a shape of its own, for those who do not tell the colours apart. */
function Sign({ kind }: { kind: Badge["kind"] }) {
  return (
    <svg class="badge-sign" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {SIGNS[kind]}
    </svg>
  );
}

const RING = <circle cx="8" cy="8" r="5.6" />;
const HALF = <path class="filled" d="M8 2.4a5.6 5.6 0 0 0 0 11.2z" />;
const TICK = <path d="m5.2 8.2 2 2 3.6-4.2" />;
const CLOCK = <path d="M8 4.8V8l2.2 1.6" />;

const SIGNS: Record<Badge["kind"], ComponentChildren> = {
  fresh: [RING, <circle key="core" class="filled" cx="8" cy="8" r="2.8" />],
  verified: [RING, TICK],
  differs: [RING, <path key="differs" d="M5.6 6.6h4.8M5.6 9.4h4.8M9.6 4.8l-3.2 6.4" />],
  behind: [RING, HALF],
  partly: [RING, HALF],
  mixed: <circle class="dotted" cx="8" cy="8" r="5.6" />,
  earlier: [RING, CLOCK],
  "not-run": RING,
  runs: <path class="turning" d="M13.2 8.4A5.2 5.2 0 1 1 11.4 4M13.6 1.8v3.4h-3.4" />,
  asks: [RING, <path key="asks" d="M8 4.6v4.2M8 11v.2" />],
  console: <path d="m3.4 4.6 3.4 3.4-3.4 3.4M8.2 11.6h4.4" />,
};
