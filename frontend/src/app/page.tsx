import type { ReadonlySignal } from "@preact/signals";
import { type Dialogs, SaveAs } from "../documents/name-dialog";
import type { Desk } from "../panes/tabs";
import { NoticeList, type Notices } from "../ui/notices";
import { OpenDesk } from "./open-page";
import { type Reason, SignIn } from "./sign-in";

/** What the page shows as a whole. */
export type Phase =
  | { readonly kind: "opening" }
  | { readonly kind: "failed"; readonly title: string; readonly detail: string; again?(): void }
  | { readonly kind: "open"; readonly desk: Desk };

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
}

export function Page({ phase, question, url, notices, dialogs }: PageProps) {
  const { value } = phase;
  return (
    <>
      {value.kind === "open" ? <OpenDesk desk={value.desk} /> : null}
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
