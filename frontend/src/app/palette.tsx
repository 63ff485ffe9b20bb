import { useSignal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { isMac, keyLabel } from "../panes/script-commands";
import "./palette.css";

/** Something that the palette and the help sheet list. */
export interface Entry {
  readonly title: string;
  /** As CodeMirror names keys; absent when there is none. */
  readonly key?: string;
  /** Under which heading the help sheet has it. */
  readonly group?: string;
  run?(): void;
}

/** The entries that fit *query*, best first: every letter in order, near a word's beginning and close together. */
export function fitting(entries: readonly Entry[], query: string): Entry[] {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, "");
  return entries
    .map((entry) => ({ entry, cost: costOf(entry.title.toLowerCase(), wanted) }))
    .filter(({ cost }) => cost !== null)
    .sort((one, other) => (one.cost ?? 0) - (other.cost ?? 0))
    .map(({ entry }) => entry);
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
export function Palette({ entries, close }: { entries: readonly Entry[]; close(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const query = useSignal("");
  const chosen = useSignal(0);
  const id = useId();
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const found = fitting(
    entries.filter((entry) => entry.run),
    query.value,
  );
  const current = Math.min(chosen.value, found.length - 1);
  useEffect(
    () => list.current?.children[current]?.scrollIntoView({ block: "nearest" }),
    [current, query.value],
  );
  const perform = (entry: Entry | undefined) => {
    if (!entry) return;
    close();
    entry.run?.();
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
          if (step !== undefined && found.length > 0) {
            chosen.value = (current + step + found.length) % found.length;
            event.preventDefault();
          } else if (event.key === "Enter") {
            perform(found[current]);
            event.preventDefault();
          }
        }}
      />
      <div
        ref={list}
        id={`${id}-list`}
        class="palette-list"
        role="listbox"
        aria-label="Commands"
        tabIndex={-1}
      >
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the focus stays in the field, which handles the keys
          <div
            key={entry.title}
            id={`${id}-${index}`}
            class="palette-entry"
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            onClick={() => perform(entry)}
            onPointerMove={() => {
              chosen.value = index;
            }}
          >
            <span>{entry.title}</span>
            {entry.key && <kbd>{keyLabel(entry.key, isMac)}</kbd>}
          </div>
        ))}
      </div>
      {found.length === 0 && <p class="palette-none">No command has these letters.</p>}
    </dialog>
  );
}

/** A sheet of every shortcut. */
export function HelpSheet({ entries, close }: { entries: readonly Entry[]; close(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (!entry.key) continue;
    const group = entry.group ?? "Other";
    groups.set(group, [...(groups.get(group) ?? []), entry]);
  }
  return (
    <dialog ref={dialog} class="help card" aria-labelledby="help-title" onClose={close}>
      <h2 id="help-title">Keyboard shortcuts</h2>
      <div class="help-groups">
        {[...groups].map(([group, listed]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {listed.map((entry) => (
                <div key={entry.title}>
                  <dt>{entry.title}</dt>
                  <dd>
                    <kbd>{keyLabel(entry.key ?? "", isMac)}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div class="card-foot">
        <button type="button" class="button button-primary" onClick={close}>
          Close
        </button>
      </div>
    </dialog>
  );
}

/** What CodeMirror's own keys do, for the help sheet; `editing-keys.test.ts` compares it with CodeMirror's keymaps. */
export const EDITING: readonly Entry[] = [
  { group: "Editing", title: "Find and replace", key: "Mod-f" },
  { group: "Editing", title: "Undo", key: "Mod-z" },
  { group: "Editing", title: "Redo", key: isMac ? "Mod-Shift-z" : "Mod-y" },
  { group: "Editing", title: "Comment or uncomment lines", key: "Mod-/" },
  { group: "Editing", title: "Select the next occurrence as well", key: "Mod-d" },
  { group: "Editing", title: "Move the line up", key: "Alt-ArrowUp" },
  { group: "Editing", title: "Move the line down", key: "Alt-ArrowDown" },
  { group: "Editing", title: "Copy the line down", key: "Shift-Alt-ArrowDown" },
  { group: "Editing", title: "Indent", key: "Tab" },
  { group: "Editing", title: "Leave the text with the Tab key: press this first", key: "Escape" },
];
