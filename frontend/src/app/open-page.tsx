import { useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentType } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { FilesContext } from "../files/files-context";
import { TabBar } from "../panes/tab-bar";
import type { Tabs } from "../panes/tabs";
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
  const loaded = useSignal<ComponentType<DetailsProps> | null>(null);
  useSignalEffect(() => {
    if (details.value === null || loaded.peek()) return;
    import("./drawer/details-drawer").then(
      ({ DetailsDrawer }) => {
        loaded.value = DetailsDrawer;
      },
      (error: unknown) => files.report(error),
    );
  });
  const Shown = loaded.value;
  return details.value !== null && Shown ? <Shown {...{ tabs, details }} /> : null;
}

/** The drawer of files and outline, which is loaded when it is first opened. */
function DrawerPlace({ files, tabs }: Omit<OpenPageProps, "details">) {
  const loaded = useSignal<ComponentType<Omit<OpenPageProps, "details">> | null>(null);
  useSignalEffect(() => {
    if (!files.panel.value || loaded.peek()) return;
    import("./drawer/drawer").then(
      ({ Drawer }) => {
        loaded.value = Drawer;
      },
      (error: unknown) => files.report(error),
    );
  });
  const Shown = loaded.value;
  return files.panel.value && Shown ? <Shown {...{ files, tabs }} /> : null;
}
