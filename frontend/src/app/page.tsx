import type { ReadonlySignal } from "@preact/signals";
import { NameDialog, type NameQuestion } from "../documents/name-dialog";
import { NoticeList, type Notices } from "../ui/notices";
import { OpenPage, type OpenPageProps } from "./open-page";
import { SignIn } from "./sign-in";
import type { TokenQuestion } from "./token-question";

/** What the page shows as a whole. */
export type Phase =
  | { readonly kind: "opening" }
  | { readonly kind: "failed"; readonly title: string; readonly detail: string; again(): void }
  | ({ readonly kind: "open" } & OpenPageProps);

interface PageProps {
  phase: ReadonlySignal<Phase>;
  token: TokenQuestion;
  name: NameQuestion;
  notices: Notices;
}

export function Page({ phase, token, name, notices }: PageProps) {
  const { value } = phase;
  const question = token.open.value;
  return (
    <>
      {value.kind === "open" && <OpenPage {...value} />}
      {value.kind === "failed" && (
        <div class="apology">
          <div class="card" role="alert">
            <h2>{value.title}</h2>
            <p>{value.detail}</p>
            <button type="button" class="button button-primary" onClick={value.again}>
              Try again
            </button>
          </div>
        </div>
      )}
      {question && <SignIn {...question} />}
      <NoticeList notices={notices} />
      <NameDialog question={name} />
    </>
  );
}
