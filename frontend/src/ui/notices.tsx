import { type Signal, signal } from "@preact/signals";
import { Close } from "./icons";

/** Something the page has to say, without standing in anybody's way. */
export interface Notice {
  /** One notice per subject: a newer one takes the place of the older. */
  readonly subject: string;
  readonly kind: "note" | "warning" | "error";
  readonly text: string;
  readonly actions?: readonly { readonly label: string; run(): void }[];
  /** Whether a person may put it away; false while it states what is still the case. */
  readonly lasting?: boolean;
}

/** A note (that is no warning) goes by itself after this time, in milliseconds. */
const NOTE_MS = 6000;

/** What the page has to say at present. */
export class Notices {
  readonly all: Signal<readonly Notice[]> = signal([]);
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  say(notice: Notice): void {
    this.withdraw(notice.subject);
    this.all.value = [...this.all.peek(), notice];
    if (notice.kind === "note" && !notice.lasting && !notice.actions)
      this.#timers.set(
        notice.subject,
        setTimeout(() => this.withdraw(notice.subject), NOTE_MS),
      );
  }

  withdraw(subject: string): void {
    clearTimeout(this.#timers.get(subject));
    this.#timers.delete(subject);
    if (this.all.peek().some((notice) => notice.subject === subject))
      this.all.value = this.all.peek().filter((notice) => notice.subject !== subject);
  }
}

export function NoticeList({ notices }: { notices: Notices }) {
  return (
    <section class="notices" aria-label="Notices" aria-live="polite">
      {notices.all.value.map((notice) => (
        <div
          key={notice.subject}
          class={`notice notice-${notice.kind}`}
          role={notice.kind === "error" ? "alert" : undefined}
        >
          <p>{notice.text}</p>
          {notice.actions && (
            <div class="notice-actions">
              {notice.actions.map(({ label, run }) => (
                <button key={label} type="button" class="button button-small" onClick={run}>
                  {label}
                </button>
              ))}
            </div>
          )}
          {!notice.lasting && (
            <button
              type="button"
              class="notice-close"
              aria-label="Dismiss"
              onClick={() => notices.withdraw(notice.subject)}
            >
              <Close />
            </button>
          )}
        </div>
      ))}
    </section>
  );
}
