/** The left drawer: where one is among the files, and within the script. */
import type { FilesContext } from "../../files/files-context";
import { Panel } from "../../files/panel/panel";
import type { Tabs } from "../../panes/tabs";
import { DrawerTabs } from "./drawer-tabs";
import { OutlinePanel } from "./outline-panel";
import "./drawer.css";

const TABS = [
  ["files", "Files"],
  ["outline", "Outline"],
] as const;

export function Drawer({ files, tabs }: { files: FilesContext; tabs: Tabs }) {
  const shown = files.drawer.value;
  const pane = tabs.active.value?.pane.value;
  const view = pane?.session ? pane.editor : null;
  // On a narrow page it is a sheet over the text.
  const went = () => {
    if (window.matchMedia("(max-width: 700px)").matches) files.panel.value = false;
  };
  return (
    <aside
      class="drawer"
      aria-label="Where you are"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        files.panel.value = false;
        tabs.focus();
      }}
    >
      <DrawerTabs
        id="drawer"
        label="Files and outline"
        entries={TABS}
        shown={shown}
        choose={(name) => {
          files.drawer.value = name;
        }}
      />
      <div id="drawer-content" class="drawer-content" role="tabpanel" aria-labelledby={`drawer-tab-${shown}`}>
        {shown === "files" ? (
          <Panel files={files} />
        ) : view ? (
          <OutlinePanel key={tabs.activePath.value} view={view} went={went} />
        ) : (
          <p class="outline-none">Scripts have an outline.</p>
        )}
      </div>
    </aside>
  );
}
