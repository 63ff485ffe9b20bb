import { effect } from "@preact/signals";
import type { Notices } from "../../ui/notices";
import type { LanguageClient } from "./language-client";

/** Its own, so that what is said for a moment about the text does not take its place. */
const SUBJECT = "language servers";

const BACK = "Help with the language was away for a while. It is back.";

/** Say once that help with the language is away, and that it is back to whoever still reads that; returns what ends that. */
export function sayWhenAway({ serverStates }: LanguageClient, notices: Notices): () => void {
  let said = "";
  const stop = effect(() => {
    const away = Object.entries(serverStates.value).filter(([, { state }]) => state === "away");
    const names = away.map(([name]) => name).join(" and ");
    if (names === said) return;
    said = names;
    if (names !== "")
      notices.say({ subject: SUBJECT, kind: "warning", text: words(names, away[0]?.[1].reason ?? null) });
    else if (notices.all.peek().some(({ subject }) => subject === SUBJECT))
      notices.say({ subject: SUBJECT, kind: "note", text: BACK });
  });
  return () => {
    stop();
    notices.withdraw(SUBJECT);
  };
}

function words(names: string, reason: string | null): string {
  const why = reason === null ? "" : ` ${reason.replace(/\.?$/, ".")}`;
  return `Help with the language is away (${names}).${why} You can go on typing and running; it comes back by itself.`;
}
