import type { EditorView } from "@codemirror/view";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { goTo } from "../../editor/outline/go-to";
import type { OutlineEntry } from "../../editor/outline/outline";
import { watchOutline } from "../../editor/outline/outline-signal";
import { moveIn } from "../../ui/entries/move-in";
import "../../ui/entries/entry-list.css";

/** What stands for each kind, for those who see; those who listen hear the word. */
const SIGNS: Record<OutlineEntry["kind"], [sign: string, word: string]> = {
  heading: ["¶", "Heading"],
  section: ["#", "Section"],
  function: ["ƒ", "Function"],
  class: ["◇", "Class"],
  error: ["✕", "Error"],
};

/** The outline of the script in *view*. */
export function OutlinePanel({ view, went }: { view: EditorView; went(): void }) {
  const outline = useMemo(() => watchOutline(view), [view]);
  useEffect(() => () => outline.end(), [outline]);
  const list = useRef<HTMLUListElement>(null);
  const entries = outline.entries.value;
  // Where the cursor is: under the last entry above it.
  const current = entries.findLastIndex(({ line }) => line <= outline.line.value);
  useEffect(() => list.current?.children[current]?.scrollIntoView({ block: "nearest" }), [current]);
  if (entries.length === 0)
    return (
      <p class="outline-none">
        Headings in prose, functions, classes, and comments like <code># %% Cleaning</code> are listed here.
      </p>
    );
  return (
    <ul ref={list} class="entry-list outline" onKeyDown={(event) => moveIn(list.current, event)}>
      {entries.map(({ kind, title, level, line, from }, index) => (
        <li key={`${kind} ${from}`}>
          <button
            type="button"
            class={`entry outline-entry outline-${kind}`}
            aria-current={index === current ? "location" : undefined}
            style={{ paddingInlineStart: `${Math.min(level, 6) * 0.75}rem` }}
            title={`${SIGNS[kind][1]}, line ${line}: ${title}`}
            tabIndex={index === Math.max(current, 0) ? 0 : -1}
            onClick={() => {
              goTo(view, from);
              went();
            }}
          >
            <span class="entry-sign" aria-hidden="true">
              {SIGNS[kind][0]}
            </span>
            <span class="visually-hidden">{SIGNS[kind][1]} </span>
            <span class="outline-title">{title}</span>
            <span class="entry-line">{line}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
