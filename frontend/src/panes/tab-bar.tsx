import { shortNames } from "../files/paths";
import { Close } from "../ui/icons";
import type { Tab } from "./tab";
import type { Tabs } from "./tabs";

/** The files that are open; shown once there are two. */
export function TabBar({ tabs }: { tabs: Tabs }) {
  const all = tabs.all.value;
  if (all.length < 2) return null;
  const names = shortNames(all.map(({ name }) => name.value));
  const move = (event: KeyboardEvent, at: number) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const list = (event.currentTarget as HTMLElement).closest("[role=tablist]");
    if (event.key === "Delete") void tabs.close(all[at] as Tab);
    else if (step !== 0 && list)
      list.querySelectorAll<HTMLElement>("[role=tab]")[(at + step + all.length) % all.length]?.focus();
    else return;
    event.preventDefault();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Open files">
      {all.map((tab, at) => {
        const selected = tab === tabs.active.value;
        return (
          <div key={tab.parent} class={`tab ${selected ? "tab-selected" : ""}`} role="presentation">
            <button
              type="button"
              role="tab"
              aria-selected={selected}
              aria-description={tab.unsaved.value ? "unsaved; Delete closes it" : "Delete closes it"}
              tabIndex={selected ? 0 : -1}
              title={(tab.path.value ?? tab.source) ? tab.name.value : undefined}
              onClick={() => void tabs.show(tab)}
              onAuxClick={(event) => event.button === 1 && void tabs.close(tab)}
              onKeyDown={(event) => move(event, at)}
            >
              {names[at]}
              {tab.unsaved.value && <span class="tab-unsaved" aria-hidden="true" />}
            </button>
            <button
              type="button"
              class="tab-close"
              tabIndex={-1}
              aria-label={`Close ${names[at]}`}
              onClick={() => void tabs.close(tab)}
            >
              <Close />
            </button>
          </div>
        );
      })}
    </div>
  );
}
