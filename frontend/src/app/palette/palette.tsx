import { useSignal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { isAbort } from "../../backend/http";
import { chosenBy } from "../../ui/choosing";
import { keyLabel } from "../../ui/keys";
import { fitting, type Offer } from "./search";

export interface PaletteProps {
  /** Commands, and places of the script. */
  offers: readonly Offer[];
  /** Files that fit a few letters; rejects with an AbortError once *signal* is aborted. */
  findFiles(query: string, signal: AbortSignal): Promise<readonly Offer[]>;
  close(): void;
}

/** A dialog in which one finds a command, a place or a file by a few letters. */
export function Palette({ offers, findFiles, close }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const query = useSignal("");
  const files = useSignal<readonly Offer[]>([]);
  const chosen = useSignal(0);
  const problem = useSignal("");
  const asking = useRef(new AbortController());
  const id = useId();
  useLayoutEffect(() => {
    dialog.current?.showModal();
    return () => asking.current.abort();
  }, []);
  const ask = (letters: string) => {
    query.value = letters;
    chosen.value = 0;
    asking.current.abort();
    asking.current = new AbortController();
    const { signal } = asking.current;
    problem.value = "";
    if (letters.trim() === "") files.value = [];
    else
      findFiles(letters, signal).then(
        (found) => {
          files.value = found;
        },
        (error: unknown) => {
          if (isAbort(error)) return;
          files.value = [];
          problem.value = `Files could not be looked for. ${error instanceof Error ? error.message : String(error)}`;
        },
      );
  };
  const places = offers.filter(({ group }) => group !== "Commands");
  const found = [
    ...fitting(
      offers.filter(({ group }) => group === "Commands"),
      query.value,
    ),
    ...(query.value.trim() ? fitting(places, query.value) : places),
    ...files.value,
  ];
  const current = Math.min(chosen.value, found.length - 1);
  const choose = (offer: Offer | undefined) => {
    if (!offer) return;
    close();
    offer.choose();
  };
  return (
    <dialog ref={dialog} class="finder palette" aria-label="Commands" onClose={close}>
      <input
        type="text"
        role="combobox"
        aria-label="Find a command"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${current}` : undefined}
        placeholder="Find a command, a heading or a file"
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
        point={(index) => {
          chosen.value = index;
        }}
      />
      {found.length === 0 && <p class="finder-none">No command has these letters.</p>}
      {problem.value && (
        <p class="finder-none" role="status">
          {problem.value}
        </p>
      )}
    </dialog>
  );
}

interface OfferListProps {
  id: string;
  found: readonly Offer[];
  current: number;
  choose(offer: Offer): void;
  /** The pointer is over the offer at *index*. */
  point(index: number): void;
}

function OfferList({ id, found, current, choose, point }: OfferListProps) {
  useEffect(
    () => document.getElementById(`${id}-${current}`)?.scrollIntoView({ block: "nearest" }),
    [id, current],
  );
  return (
    <div id={`${id}-list`} class="finder-list" role="listbox" aria-label="Commands" tabIndex={-1}>
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
