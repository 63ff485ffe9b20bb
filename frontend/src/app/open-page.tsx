import { type ReadonlySignal, signal, useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentType } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { StatusLine } from "../panes/script-status";
import { TabBar } from "../panes/tab-bar";
import type { Desk } from "../panes/tabs";
import * as icons from "../ui/icons";
import { ToolButton, Toolbar } from "./toolbar";

const never: ReadonlySignal<boolean> = signal(false);

/** The page with what is open in it. */
export function OpenDesk({ desk }: { desk: Desk }) {
  const place = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    place.current?.append(desk.documents);
    const body = desk.active.peek()?.body.peek();
    if (body && body.kind !== "view") body.bench.editor.requestMeasure();
    desk.focus();
  }, [desk]);
  const tab = desk.active.value;
  const body = tab?.body.value;
  if (!tab || !body) return null;
  const files = (
    <ToolButton
      command={desk.commands.panel}
      label="Files"
      icon={<icons.Files />}
      run={desk.commands.panel.run}
    />
  );
  const shared = { path: tab.path, unsaved: tab.unsaved };
  return (
    <>
      {body.kind === "script" ? (
        <Toolbar
          {...shared}
          commands={body.bench.commands}
          perform={(name) => body.bench.perform(name)}
          busy={body.bench.session.busy}
        >
          {files}
        </Toolbar>
      ) : (
        <Toolbar
          {...shared}
          commands={body.kind === "text" ? body.bench.commands : {}}
          perform={() => body.kind === "text" && body.bench.perform()}
          busy={never}
        >
          {files}
        </Toolbar>
      )}
      <main ref={place} class="workplace">
        <TabBar desk={desk} />
        <PanelPlace desk={desk} />
      </main>
      {body.kind === "script" ? (
        <StatusLine
          {...shared}
          session={body.bench.session.state}
          connection={body.bench.session.connection}
          cursor={body.bench.cursor}
        />
      ) : (
        <footer class="status">
          <span class="status-path">{tab.path.value}</span>
          <span class="status-gap" />
          {body.kind === "text" && (
            <span class="status-cursor">
              Ln {body.bench.cursor.value.line}, Col {body.bench.cursor.value.column}
            </span>
          )}
        </footer>
      )}
      <div class="visually-hidden" aria-live="polite">
        {body.kind === "script" ? body.bench.announcement.value : ""}
      </div>
    </>
  );
}

/** The panel of files, which is loaded when it is first opened. */
function PanelPlace({ desk }: { desk: Desk }) {
  const loaded = useSignal<ComponentType<{ desk: Desk }> | null>(null);
  useSignalEffect(() => {
    if (!desk.panel.value || loaded.peek()) return;
    import("../files/panel").then(
      ({ Panel }) => {
        loaded.value = Panel;
      },
      (error: unknown) => desk.report(error),
    );
  });
  const Panel = loaded.value;
  return desk.panel.value && Panel ? <Panel desk={desk} /> : null;
}
