import { shortNames } from "../files/paths";
import { Close } from "../ui/icons";
import type { Desk, Tab } from "./tabs";

/** The files that are open; shown once there are two. */
export function TabBar({ desk }: { desk: Desk }) {
  const tabs = desk.tabs.value;
  if (tabs.length < 2) return null;
  const names = shortNames(tabs.map(({ path }) => path.value ?? "Untitled"));
  const move = (event: KeyboardEvent, at: number) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const list = (event.currentTarget as HTMLElement).closest("[role=tablist]");
    if (event.key === "Delete") void desk.close(tabs[at] as Tab);
    else if (step !== 0 && list)
      list.querySelectorAll<HTMLElement>("[role=tab]")[(at + step + tabs.length) % tabs.length]?.focus();
    else return;
    event.preventDefault();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Open files">
      {tabs.map((tab, at) => {
        const selected = tab === desk.active.value;
        return (
          <div key={tab.parent} class={`tab ${selected ? "tab-selected" : ""}`} role="presentation">
            <button
              type="button"
              role="tab"
              aria-selected={selected}
              aria-description={tab.unsaved.value ? "unsaved; Delete closes it" : "Delete closes it"}
              tabIndex={selected ? 0 : -1}
              title={tab.path.value ?? undefined}
              onClick={() => void desk.show(tab)}
              onAuxClick={(event) => event.button === 1 && void desk.close(tab)}
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
              onClick={() => void desk.close(tab)}
            >
              <Close />
            </button>
          </div>
        );
      })}
    </div>
  );
}
