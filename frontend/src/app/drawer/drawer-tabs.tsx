import type { ComponentChildren } from "preact";

interface DrawerTabsProps<Name extends string> {
  /** What the ids of the tabs begin with; that of what they show is `ID-content`. */
  id: string;
  label: string;
  entries: readonly (readonly [name: Name, words: ComponentChildren])[];
  shown: Name;
  choose(name: Name): void;
}

/** The tabs of a drawer; the arrows go from one to the next. */
export function DrawerTabs<Name extends string>({
  id,
  label,
  entries,
  shown,
  choose,
}: DrawerTabsProps<Name>) {
  const press = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = entries.findIndex(([name]) => name === shown);
    const [next] = entries.at((at + step) % entries.length) ?? [shown];
    choose(next);
    document.getElementById(`${id}-tab-${next}`)?.focus();
  };
  return (
    <div class="drawer-tabs" role="tablist" aria-label={label} onKeyDown={press}>
      {entries.map(([name, words]) => (
        <button
          key={name}
          id={`${id}-tab-${name}`}
          type="button"
          role="tab"
          class="drawer-tab"
          aria-selected={shown === name}
          aria-controls={`${id}-content`}
          tabIndex={shown === name ? 0 : -1}
          onClick={() => choose(name)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}
