import type { ReadonlySignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Workbench } from "../workbench";
import { type Dialogs, SaveAs } from "./dialogs";
import { NoticeList, type Notices } from "./notices";
import { type Reason, SignIn } from "./sign-in";
import { StatusLine } from "./status";
import { Toolbar } from "./toolbar";

/** What the page shows as a whole. */
export type Phase =
  | { readonly kind: "opening" }
  | { readonly kind: "failed"; readonly title: string; readonly detail: string; again?(): void }
  | { readonly kind: "open"; readonly workbench: Workbench };

/** Whether a token is asked for, and why; over whatever else the page shows. */
export interface TokenQuestion {
  readonly reason: Reason;
  answer(token: string): void;
}

interface PageProps {
  phase: ReadonlySignal<Phase>;
  question: ReadonlySignal<TokenQuestion | null>;
  url: string;
  notices: Notices;
  dialogs: Dialogs;
  editorParent: HTMLElement;
}

export function Page({ phase, question, url, notices, dialogs, editorParent }: PageProps) {
  const { value } = phase;
  return (
    <>
      {value.kind === "open" ? <Open workbench={value.workbench} editorParent={editorParent} /> : null}
      {value.kind === "failed" && (
        <div class="apology">
          <div class="card" role="alert">
            <h2>{value.title}</h2>
            <p>{value.detail}</p>
            {value.again && (
              <button type="button" class="button button-primary" onClick={value.again}>
                Try again
              </button>
            )}
          </div>
        </div>
      )}
      {question.value && <SignIn url={url} reason={question.value.reason} submit={question.value.answer} />}
      <NoticeList notices={notices} />
      <SaveAs dialogs={dialogs} />
    </>
  );
}

function Open({ workbench, editorParent }: { workbench: Workbench; editorParent: HTMLElement }) {
  const place = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    place.current?.append(editorParent);
    workbench.editor.requestMeasure();
    workbench.editor.focus();
  }, [workbench, editorParent]);
  const { session, file, cursor } = workbench;
  return (
    <>
      <Toolbar
        commands={workbench.commands}
        perform={(name) => workbench.perform(name)}
        path={file.path}
        unsaved={file.unsaved}
        busy={session.busy}
      />
      <main ref={place} class="workplace" />
      <StatusLine
        session={session.state}
        connection={session.connection}
        path={file.path}
        unsaved={file.unsaved}
        cursor={cursor}
      />
      <div class="visually-hidden" aria-live="polite">
        {workbench.announcement.value}
      </div>
    </>
  );
}
