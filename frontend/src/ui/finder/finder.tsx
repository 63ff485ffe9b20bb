import { useSignal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { chosenBy } from "../choosing";
import { useModal } from "../dialogs/use-modal";
import { keyLabel } from "../keys";
import { fitting, type Offer } from "./fitting";
import "./finder.css";

/** What a finder says of itself. */
export interface FinderWords {
  /** What is found in it. */
  readonly label: string;
  /** What a screen reader calls its field. */
  readonly field: string;
  readonly placeholder: string;
  /** That nothing fits. */
  readonly none: string;
  /** That `find` has failed; why is said after it. */
  readonly failed: string;
}

export interface FinderProps {
  readonly words: FinderWords;
  /** What there is to find, by its groups. */
  readonly offers: readonly Offer[];
  /** What else fits a few letters; what it rejects with once *signal* is aborted is of no interest. */
  find(query: string, signal: AbortSignal): Promise<readonly Offer[]>;
  close(): void;
}

/** A dialog in which one finds something by a few letters. */
export function Finder({ words, offers, find, close }: FinderProps) {
  const dialog = useModal();
  const query = useSignal("");
  const others = useSignal<readonly Offer[]>([]);
  const chosen = useSignal(0);
  const problem = useSignal("");
  const asking = useRef(new AbortController());
  const id = useId();
  useLayoutEffect(() => {
    return () => asking.current.abort();
  }, []);
  const ask = (letters: string) => {
    query.value = letters;
    chosen.value = 0;
    asking.current.abort();
    asking.current = new AbortController();
    const { signal } = asking.current;
    problem.value = "";
    if (letters.trim() === "") others.value = [];
    else
      find(letters, signal).then(
        (found) => {
          if (!signal.aborted) others.value = found;
        },
        (error: unknown) => {
          if (signal.aborted) return;
          others.value = [];
          problem.value = `${words.failed} ${error instanceof Error ? error.message : String(error)}`;
        },
      );
  };
  const groups = [...new Set(offers.map(({ group }) => group))];
  const found = [
    ...groups.flatMap((group) =>
      fitting(
        offers.filter((one) => one.group === group),
        query.value,
      ),
    ),
    ...others.value,
  ];
  const current = Math.min(chosen.value, found.length - 1);
  const choose = (offer: Offer | undefined) => {
    if (!offer) return;
    close();
    offer.choose();
  };
  return (
    <dialog ref={dialog} class="finder" aria-label={words.label} onClose={close}>
      <input
        type="text"
        role="combobox"
        aria-label={words.field}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${current}` : undefined}
        placeholder={words.placeholder}
        autocomplete="off"
        spellcheck={false}
        value={query.value}
        onInput={(event) => ask(event.currentTarget.value)}
        onKeyDown={(event) => {
          const next = chosenBy(event.key, current, found.length);
          if (next !== null) chosen.value = next;
          else if (event.key === "Enter") choose(found[current]);
          else return;
          event.preventDefault();
        }}
      />
      <OfferList
        {...{ id, found, current, choose }}
        label={words.label}
        point={(index) => {
          chosen.value = index;
        }}
      />
      {found.length === 0 && <p class="finder-none">{words.none}</p>}
      {problem.value && (
        <p class="finder-none" role="status">
          {problem.value}
        </p>
      )}
    </dialog>
  );
}

interface OfferListProps {
  label: string;
  id: string;
  found: readonly Offer[];
  current: number;
  choose(offer: Offer): void;
  /** The pointer is over the offer at *index*. */
  point(index: number): void;
}

function OfferList({ label, id, found, current, choose, point }: OfferListProps) {
  useEffect(
    () => document.getElementById(`${id}-${current}`)?.scrollIntoView({ block: "nearest" }),
    [id, current],
  );
  return (
    <div id={`${id}-list`} class="finder-list" role="listbox" aria-label={label} tabIndex={-1}>
      {found.map((offer, index) => (
        <>
          {offer.group !== found[index - 1]?.group && index > 0 && (
            <div key={offer.group} class="finder-group" role="presentation">
              {offer.group}
            </div>
          )}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: the focus stays in the field, which handles the keys */}
          <div
            key={offer.id}
            id={`${id}-${index}`}
            class="finder-entry"
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            onClick={() => choose(offer)}
            onPointerMove={() => point(index)}
          >
            <span class="finder-title">{offer.title}</span>
            {offer.note && <span class="finder-note">{offer.note}</span>}
            {offer.key && <kbd>{keyLabel(offer.key)}</kbd>}
          </div>
        </>
      ))}
    </div>
  );
}
