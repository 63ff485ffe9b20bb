import { type Signal, signal } from "@preact/signals";
import { render } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { isAbort } from "../backend/http";
import { chosenBy } from "../ui/choosing";
import type { FilesContext } from "./files-context";
import { type Candidate, offered } from "./fuzzy";
import "../ui/finder/finder.css";

/** So many files are offered. */
const MAX_FILES = 50;

/** Let the person open a file by a few letters of its name. */
export function quickOpen(files: FilesContext): void {
  const place = document.createElement("div");
  document.body.append(place);
  const close = () => {
    render(null, place);
    place.remove();
  };
  render(<QuickOpen files={files} close={close} />, place);
}

function QuickOpen({ files, close }: { files: FilesContext; close(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const state = useRef<Search | null>(null);
  state.current ??= new Search(files);
  const search = state.current;
  useLayoutEffect(() => {
    dialog.current?.showModal();
    search.ask("");
    return () => search.end();
  }, [search]);
  const { found, chosen, problem } = search;
  const choose = (path: string) => {
    dialog.current?.close();
    void files.opened.open(path);
  };
  const press = (event: KeyboardEvent) => {
    const next = chosenBy(event.key, chosen.value, found.value.length);
    if (next !== null) chosen.value = next;
    else if (event.key === "Enter" && found.value[chosen.value])
      choose((found.value[chosen.value] as Candidate).path);
    else return;
    event.preventDefault();
    document.getElementById(optionId(chosen.value))?.scrollIntoView({ block: "nearest" });
  };
  return (
    <dialog ref={dialog} class="finder" aria-label="Open a file" onClose={close}>
      <input
        type="text"
        role="combobox"
        aria-label="Letters of the file's name"
        aria-expanded="true"
        aria-controls="quick-open-files"
        aria-activedescendant={found.value.length > 0 ? optionId(chosen.value) : undefined}
        placeholder="Open a file by a few letters of its name"
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => search.ask(event.currentTarget.value)}
        onKeyDown={press}
      />
      <FoundFiles found={found.value} chosen={chosen.value} choose={choose} />
      <p class="finder-none" role="status">
        {problem.value}
      </p>
    </dialog>
  );
}

interface FoundFilesProps {
  found: readonly Candidate[];
  chosen: number;
  choose(path: string): void;
}

function FoundFiles({ found, chosen, choose }: FoundFilesProps) {
  return (
    <div id="quick-open-files" role="listbox" aria-label="Files" class="finder-list">
      {found.map(({ path, marks, recent }, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
        <div
          key={path}
          id={optionId(index)}
          class="finder-entry"
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          onClick={() => choose(path)}
        >
          <Marked path={path} marks={marks} />
          {recent && <span class="finder-recent">recent</span>}
        </div>
      ))}
    </div>
  );
}

function optionId(index: number): string {
  return `quick-open-${index}`;
}

/** The file's name first, its folder after, with the letters that were typed. */
function Marked({ path, marks }: { path: string; marks: readonly number[] }) {
  const cut = path.lastIndexOf("/") + 1;
  const letters = (from: number, to: number) =>
    Array.from(path.slice(from, to), (letter, index) =>
      marks.includes(from + index) ? <mark key={from + index}>{letter}</mark> : letter,
    );
  return (
    <>
      <span class="finder-title">{letters(cut, path.length)}</span>
      <span class="finder-note finder-folder">{letters(0, Math.max(0, cut - 1))}</span>
    </>
  );
}

/** What is looked for, and what was found; an answer to older letters is dropped. */
class Search {
  readonly found: Signal<readonly Candidate[]> = signal([]);
  readonly chosen: Signal<number> = signal(0);
  readonly problem: Signal<string> = signal("");
  #paths: readonly string[] = [];
  #asking = new AbortController();

  constructor(private readonly context: FilesContext) {}

  ask(query: string): void {
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#offer(query);
    this.#find(query, this.#asking.signal).catch((error: unknown) => {
      if (isAbort(error)) return;
      this.problem.value = error instanceof Error ? error.message : String(error);
    });
  }

  end(): void {
    this.#asking.abort();
  }

  async #find(query: string, stop: AbortSignal): Promise<void> {
    const { paths, truncated } = await this.context.service.find(query, MAX_FILES, stop);
    this.#paths = paths;
    this.#offer(query);
    if (this.found.value.length === 0) this.problem.value = "No file of the workspace fits.";
    else this.problem.value = truncated ? "The workspace is too large to know all its files." : "";
  }

  /** Recent files are there at once. */
  #offer(query: string): void {
    const active = this.context.opened.activePath.peek();
    const recent = this.context.opened.recent.peek().filter((path) => path !== active);
    const fitting = query.trim()
      ? this.#paths.filter((path) => offered(query, [path], [], 1).length > 0)
      : this.#paths;
    this.found.value = offered(query, recent, fitting, MAX_FILES);
    this.chosen.value = 0;
  }
}
