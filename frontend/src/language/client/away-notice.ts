import { effect } from "@preact/signals";
import type { Notices } from "../../ui/notices";
import type { LanguageClient } from "./language-client";

const SUBJECT = "language";

/** Say once that help with the language is away, until it is back; returns what ends that. */
export function sayWhenAway({ serverStates }: LanguageClient, notices: Notices): () => void {
  let said = "";
  const stop = effect(() => {
    const away = Object.entries(serverStates.value).filter(([, { state }]) => state === "away");
    const names = away.map(([name]) => name).join(" and ");
    if (names === said) return;
    said = names;
    if (names === "") notices.withdraw(SUBJECT);
    else notices.say({ subject: SUBJECT, kind: "warning", text: words(names, away[0]?.[1].reason ?? null) });
  });
  return () => {
    stop();
    if (said !== "") notices.withdraw(SUBJECT);
  };
}

function words(names: string, reason: string | null): string {
  const why = reason === null ? "" : ` ${reason.replace(/\.?$/, ".")}`;
  return `Help with the language is away (${names}).${why} You can go on typing and running; it comes back by itself.`;
}
