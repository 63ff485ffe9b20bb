import type { ReadonlySignal } from "@preact/signals";
import { NameDialog, type NameQuestion } from "../documents/name-dialog";
import { NoticeList, type Notices } from "../ui/notices";
import { useLate } from "../ui/use-late";
import { OpenPage, type OpenPageProps } from "./open-page";
import type { SignInProps } from "./sign-in";
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
      <TokenPlace {...{ token, notices }} />
      <NoticeList notices={notices} />
      <NameDialog question={name} />
    </>
  );
}

/** Asks for the token where one is asked for, which few pages do: the form is loaded then. */
function TokenPlace({ token, notices }: Pick<PageProps, "token" | "notices">) {
  const question = token.open.value;
  const Shown = useLate<SignInProps>(
    () => token.open.value !== null,
    async () => (await import("./sign-in")).SignIn,
    () => notices.say({ subject: "token", kind: "error", text: NO_FORM }),
  );
  return question && Shown && <Shown {...question} />;
}

const NO_FORM =
  "This server asks for its token, and the form for it could not be loaded. Reload the page to try again.";
