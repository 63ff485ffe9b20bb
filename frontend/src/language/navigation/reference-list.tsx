import type { ReadonlySignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { moveIn } from "../../ui/entries/move-in";
import type { Reference, References } from "../findings/reference";
import "../../ui/entries/entry-list.css";
import "../findings/findings.css";

interface ReferenceListProps {
  references: ReadonlySignal<References | null>;
  go(place: Reference): void;
}

/** Where a name is used, file by file. */
export function ReferenceList({ references, go }: ReferenceListProps) {
  const list = useRef<HTMLDivElement>(null);
  const { value } = references;
  if (!value) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is no part of a form; the arrows go through its buttons
    <div
      ref={list}
      role="group"
      aria-label={`Where ${value.name} is used`}
      onKeyDown={(event) => moveIn(list.current, event)}
    >
      <p class="findings-title">
        <code>{value.name}</code>
      </p>
      {value.files.map(({ uri, label, places }) => (
        <section key={uri} aria-label={label}>
          <h2 class="findings-file" title={label}>
            {label}
          </h2>
          <ul class="entry-list">
            {places.map((place) => (
              <li key={`${place.line} ${place.character}`}>
                <button type="button" class="entry finding" onClick={() => go(place)}>
                  <Line place={place} />
                  <span class="entry-line">
                    <span class="visually-hidden"> line </span>
                    {place.line + 1}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Line({ place: { text, character, end } }: { place: Reference }) {
  if (text === null) return <span class="finding-words">Its source is not read for this list</span>;
  const before = shortened(text.slice(0, character).trimStart());
  return (
    <code class="finding-words">
      {before}
      <mark>{text.slice(character, end)}</mark>
      {text.slice(end)}
    </code>
  );
}

/** So many characters stand before the name: a list that is narrow shows the name, rather than how its line begins. */
const MAX_BEFORE = 24;

function shortened(before: string): string {
  return before.length <= MAX_BEFORE ? before : `…${before.slice(-MAX_BEFORE)}`;
}
