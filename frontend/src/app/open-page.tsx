import { useLayoutEffect, useRef } from "preact/hooks";
import type { FilesContext } from "../files/files-context";
import { TabBar } from "../panes/tab-bar";
import type { Tabs } from "../panes/tabs";
import { useLate } from "../ui/use-late";
import type { Details, DetailsProps } from "./drawer/details";
import { Toolbar } from "./toolbar";

export interface OpenPageProps {
  tabs: Tabs;
  files: FilesContext;
  details: Details;
}

/** The page with what is open in it. */
export function OpenPage({ tabs, files, details }: OpenPageProps) {
  const place = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    place.current?.append(tabs.dom);
    tabs.active.peek()?.pane.peek()?.shown();
    tabs.focus();
  }, [tabs]);
  const tab = tabs.active.value;
  const pane = tab?.pane.value;
  if (!tab || !pane) return null;
  return (
    <>
      <Toolbar commands={files.commands} name={tab.name} unsaved={tab.unsaved} badge={pane.badge?.()}>
        {pane.besideTitle?.()}
      </Toolbar>
      <main ref={place} class="workplace">
        <TabBar tabs={tabs} />
        <DrawerPlace {...{ files, tabs }} />
        <DetailsPlace {...{ files, tabs, details }} />
      </main>
      <footer class="status">{pane.status()}</footer>
      <div class="visually-hidden" aria-live="polite">
        {pane.announcement?.value ?? ""}
      </div>
    </>
  );
}

/** The drawer of what there is to say of what is open, which is loaded when it is first opened. */
function DetailsPlace({ files, tabs, details }: OpenPageProps) {
  const Shown = useLate<DetailsProps>(
    () => details.value !== null,
    async () => (await import("./drawer/details-drawer")).DetailsDrawer,
    files.report,
  );
  return details.value !== null && Shown ? <Shown {...{ tabs, details }} /> : null;
}

/** The drawer of files and outline, which is loaded when it is first opened. */
function DrawerPlace({ files, tabs }: Omit<OpenPageProps, "details">) {
  const Shown = useLate<Omit<OpenPageProps, "details">>(
    () => files.panel.value,
    async () => (await import("./drawer/drawer")).Drawer,
    files.report,
  );
  return files.panel.value && Shown ? <Shown {...{ files, tabs }} /> : null;
}
