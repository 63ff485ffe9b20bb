import { useSignal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { type Command, perform } from "../ui/commands";
import { keyLabel } from "../ui/keys";

/** The commands that fit *query*, best first: every letter in order, near a word's beginning and close together. */
export function fitting<C extends Pick<Command, "title">>(commands: readonly C[], query: string): C[] {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, "");
  return commands
    .map((command) => ({ command, cost: costOf(command.title.toLowerCase(), wanted) }))
    .filter(({ cost }) => cost !== null)
    .sort((one, other) => (one.cost ?? 0) - (other.cost ?? 0))
    .map(({ command }) => command);
}

/** How badly *wanted* fits *title*; null when a letter of it is missing. */
function costOf(title: string, wanted: string): number | null {
  let cost = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = title.indexOf(letter, at + 1);
    if (next < 0) return null;
    const beginsWord = next === 0 || !/\w/.test(title[next - 1] ?? "");
    cost += next === at + 1 ? 0 : beginsWord ? 1 : 3 + (next - at) / 10;
    at = next;
  }
  return cost;
}

/** A dialog in which one finds a command by a few letters and carries it out. */
export function Palette({ commands, close }: { commands: readonly Command[]; close(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const query = useSignal("");
  const chosen = useSignal(0);
  const id = useId();
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const found = fitting(commands, query.value);
  const current = Math.min(chosen.value, found.length - 1);
  const choose = (command: Command | undefined) => {
    if (!command) return;
    close();
    perform(command);
  };
  return (
    <dialog ref={dialog} class="palette" aria-label="Commands" onClose={close}>
      <input
        type="text"
        role="combobox"
        aria-label="Find a command"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${current}` : undefined}
        placeholder="Find a command"
        autocomplete="off"
        spellcheck={false}
        value={query.value}
        onInput={(event) => {
          query.value = event.currentTarget.value;
          chosen.value = 0;
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step !== undefined && found.length > 0)
            chosen.value = (current + step + found.length) % found.length;
          else if (event.key === "Enter") choose(found[current]);
          else if (step === undefined) return;
          event.preventDefault();
        }}
      />
      <CommandList
        {...{ id, found, current, choose }}
        point={(index) => {
          chosen.value = index;
        }}
      />
      {found.length === 0 && <p class="palette-none">No command has these letters.</p>}
    </dialog>
  );
}

interface CommandListProps {
  id: string;
  found: readonly Command[];
  current: number;
  choose(command: Command): void;
  /** The pointer is over the command at *index*. */
  point(index: number): void;
}

function CommandList({ id, found, current, choose, point }: CommandListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.children[current]?.scrollIntoView({ block: "nearest" }), [current, found]);
  return (
    <div ref={list} id={`${id}-list`} class="palette-list" role="listbox" aria-label="Commands" tabIndex={-1}>
      {found.map((command, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the focus stays in the field, which handles the keys
        <div
          key={command.id}
          id={`${id}-${index}`}
          class="palette-entry"
          role="option"
          tabIndex={-1}
          aria-selected={index === current}
          onClick={() => choose(command)}
          onPointerMove={() => point(index)}
        >
          <span>{command.title}</span>
          {command.key && <kbd>{keyLabel(command.key)}</kbd>}
        </div>
      ))}
    </div>
  );
}
